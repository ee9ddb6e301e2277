export { type AssetSpec, type DeviceSpec } from './city/asset.ts';
export { baseMapOf, type BaseMap, type BaseMapFeature, type BaseMapOptions } from './city/base-map.ts';
export { buildCity, type CityOptions } from './city/build-city.ts';
export { type City, type CityDevice } from './city/city.ts';
export { citySizeOf, DEMO_SIZE, MOST_DEVICES, type CitySize } from './city/generated-city.ts';
export { type ImportedAssets, type RowError } from './city/import/asset-reader.ts';
export { assetsFromCsv } from './city/import/csv.ts';
export { assetsFromGeoJson } from './city/import/geo-json.ts';
export { CityPlan, type PlanOptions, type PlanSubject } from './city/plan.ts';
export {
  provision,
  type Credentials,
  type KnownCredentials,
  type ProvisionTarget,
  type Registry,
} from './provision.ts';
export { FleetPublisher, type FleetCounts, type FleetPublisherOptions } from './publish/fleet-publisher.ts';
export { LiveCity, type LiveCityOptions } from './publish/live-city.ts';
export { Pace, PacedRun } from './publish/paced-run.ts';
export { Random } from './random.ts';
export { type Arrival, type ArrivalSink } from './simulation/arrival.ts';
export { Simulation } from './simulation/simulation.ts';
export { type ClockFace, type FirmwareSettings, type SimulationOptions } from './simulation/simulation-options.ts';
export { readDeviceDocument } from './record/device-document.ts';
export { readUplinkLog } from './record/log-uplinks.ts';
export { KeyedPseudonyms } from './record/pseudonyms.ts';
export { RecordedUplinks } from './record/recorded-uplinks.ts';
export { RecordingEdit, type EditCounts, type RecordingEditOptions } from './record/recording-edit.ts';
export { type RecordingHeader, type RecordingItem, type RecordingTotals } from './record/recording-item.ts';
export { describeDamage, isRecording, RecordingReader, type RecordingDamage } from './record/recording-reader.ts';
export { RecordingIntake } from './record/recording-intake.ts';
export { RecordingWriter, type RecordingFile } from './record/recording-writer.ts';
export { compileFaults, type DisturbancePlan, type FaultSubject } from './scenario/compile-faults.ts';
export { SCENARIO_LIBRARY } from './scenario/library.ts';
export { type DownlinkCounts } from './scenario/downlink-book.ts';
export { readScenario, type ScenarioSource } from './scenario/scenario-reader.ts';
export { SCENARIO_FILE_SCHEMA } from './scenario/scenario-schema.ts';
export { type Scenario } from './scenario/scenario.ts';
export { type Incident, type IncidentKind, INCIDENT_KINDS, TruthLog } from './truth/incident.ts';
export { MemoryTruthLog } from './truth/memory-truth-log.ts';
export { readTruth, truthLines, truthUntil, type Truth, type TruthHeader } from './truth/truth-file.ts';
export { LatencyHistogram, type WrittenHistogram } from './load/latency-histogram.ts';
export { type LatencySummary, type LoadReport, reportOf as loadReportOf } from './load/load-report.ts';
export {
  type ConnectReport,
  type LoadDevice,
  type LoadOptions,
  type LoadProgress,
  LoadRun,
  type LoadShape,
  type PayloadSource,
  type PublishReport,
} from './load/load-run.ts';
export { CONNECTS_PER_SECOND } from './load/connect-pace.ts';
export { targetOf } from './load/load-target.ts';
export { MqttLine } from './load/mqtt-line.ts';
export { syntheticPayloads } from './load/synthetic-payloads.ts';
export {
  ReplayPublisher,
  type Publishers,
  type ReplayCounts,
  type ReplayDownlinks,
  type ReplayPublisherOptions,
} from './record/replay-publisher.ts';
export { coversOf, readCover, type Cover, type Covers } from './exam/covers.ts';
export { ExamBook, failuresOf, type ExamDocument, type PassMark } from './exam/exam-document.ts';
export { Examination, type ExamEnd, type ExamOutcome, type ExamRun } from './exam/examine.ts';
export { type ExamAlert } from './exam/score.ts';
export { boundDeviceOf } from './exam/examined-device.ts';
export { examineScenario, type ScenarioExamOptions } from './exam/run-exam.ts';
export { examHtml } from './report/exam-html.ts';
export { type Language } from './report/labels.ts';
export { examMarkdown } from './report/exam-markdown.ts';
export { ScenarioRun, type ScenarioRunOptions } from './scenario/scenario-run.ts';
export { HANAU_CLIMATE, SeededWeather, type Climate, type WeatherSpell } from './world/weather.ts';
