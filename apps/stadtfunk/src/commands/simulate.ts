import { readFile } from 'node:fs/promises';
import {
  CONNECTS_PER_SECOND,
  DEMO_SIZE,
  FleetPublisher,
  LiveCity,
  provision,
  ScenarioRun,
  type KnownCredentials,
  type Language,
  type Registry,
  type Scenario,
} from '@stadtfunk/device-simulator';
import type { Command } from 'commander';
import { adminToken } from '../api-client.ts';
import { httpUrlOf, settings, UserError } from '@stadtfunk/platform';
import { momentOf } from '../recording/edit-options.ts';
import { publishersOf, publishersOfKnown } from '../recording/publishers.ts';
import { KeptCredentials } from '../scenario/kept-credentials.ts';
import { playScenario, type Played } from '../scenario/play-scenario.ts';
import { loadScenario } from '../scenario/scenario-files.ts';
import { assertWritable } from './output-file.ts';
import { printJson, printTable } from './output.ts';

interface SimulateOptions {
  readonly api?: string;
  readonly mqtt?: string;
  readonly ca?: string;
  readonly connectRate: string;
  readonly seed?: string;
  readonly speed?: string;
  readonly size: string;
  readonly scenario?: string;
  readonly short?: boolean;
  readonly start?: string;
  readonly credentials?: string;
  readonly topic?: string;
  readonly truth?: string;
  readonly record?: string;
  readonly report?: string;
  readonly language?: string;
  readonly downlinks?: string | true;
  readonly force?: boolean;
  readonly json?: boolean;
}

const REPORT_EVERY_MS = 30_000;
/** What comes from outside takes hold between two slices of the simulation. */
const DOWNLINK_SLICE_MS = 60_000;
/** The city of the bundled demo. */
export const DEMO_SEED = 8_2026;
export const DEMO_SPEED = 120;

const EXAMPLES = `
Examples:
  # a city for people to watch, as npm start does
  stadtfunk simulate
  # a scenario in this very moment, as in life, with what was true and what the bundled rules make of it
  stadtfunk simulate --scenario bin-fire --start now --speed 1 --truth truth.jsonl --report report.html
  # an hour a second, to any broker, kept as a recording
  MQTT_USERNAME=gateway MQTT_PASSWORD=… stadtfunk simulate --scenario my-night.yaml --mqtt wss://broker.example/mqtt --topic 'city/{deviceId}/up' --speed 3600 --record night.recording
`;

export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .description(
      'run a simulated city against a platform or any broker: over the API and MQTT, for ever or by a scenario',
    )
    .option('--api <url>', 'where the API is (default: by HOST and HTTP_PORT)')
    .option('--mqtt <url>', 'where the broker is: mqtt://, mqtts://, ws:// or wss:// (default: by HOST and MQTT_PORT)')
    .option('--ca <file>', "what the broker's certificate is checked against, PEM")
    .option(
      '--connect-rate <perSecond>',
      'connections opened a second; `max`: all at once',
      String(CONNECTS_PER_SECOND),
    )
    .option('--seed <number>', `the same seed gives the same city (default: ${DEMO_SEED}, or the scenario's)`)
    .option('--speed <factor>', `how many times faster than life (default: ${DEMO_SPEED}, or the scenario's)`)
    .option('--size <factor>', `without a scenario: how many times the demo city's ${cityDevices()} devices`, '1')
    .option(
      '--scenario <name>',
      'the name or the file of a scenario (docs/scenarios.md); --speed `max`: as fast as it goes',
    )
    .option('--short', 'its short form')
    .option('--start <moment>', 'let it begin then instead; `now`')
    .option('--credentials <file>', 'publish by these logins, and register nothing')
    .option('--topic <template>', 'publish for all by MQTT_USERNAME and MQTT_PASSWORD, and register nothing')
    .option('--truth <file>', 'write what was true')
    .option('--record <file>', 'write a recording of what is sent (docs/recording.md)')
    .option('--report <file>', 'write a page with curves, incidents and what the bundled rules make of them')
    .option('--language <language>', 'of that page: en or de (default: en)')
    .option(
      '--downlinks [template]',
      'let devices hear what the broker has for them there, when they listen (default: MQTT_DOWNLINK_TOPIC)',
    )
    .option('--force', 'write over a recording that is there')
    .option('--json', 'print JSON at the end')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SimulateOptions) => simulate(options));
}

function cityDevices(): number {
  return DEMO_SIZE.bins + DEMO_SIZE.parkingSpots + DEMO_SIZE.streetLights;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new UserError(`${option} takes a positive number`, 2);
  return value;
}

async function simulate(options: SimulateOptions): Promise<void> {
  if (options.scenario !== undefined) return simulateScenario(options.scenario, options);
  const ofScenarios = [
    ...(['short', 'start', 'credentials', 'topic', 'truth', 'record', 'report', 'language'] as const),
    'json' as const,
  ];
  const odd = ofScenarios.find((name) => options[name] !== undefined);
  if (odd !== undefined) throw new UserError(`--${odd} is for --scenario`, 2);
  return simulateCity(options);
}

/** A city for people to watch, until somebody stops it. */
async function simulateCity(options: SimulateOptions): Promise<void> {
  const seed = positive('--seed', options.seed ?? String(DEMO_SEED));
  const speed = positive('--speed', options.speed ?? String(DEMO_SPEED));
  const factor = positive('--size', options.size);
  const size = {
    bins: Math.ceil(DEMO_SIZE.bins * factor),
    parkingSpots: Math.ceil(DEMO_SIZE.parkingSpots * factor),
    streetLights: Math.ceil(DEMO_SIZE.streetLights * factor),
  };
  const downlinks = downlinksOf(options);
  // Registering takes a while; the city begins when everybody can be heard.
  const registry = new LiveCity({ seed, speed, size, begunAt: Date.now() });
  const { devices } = registry;
  const credentials = await register(registry, options);
  const mqttUrl = mqttUrlOf(options);
  const ca = options.ca === undefined ? {} : { ca: await readFile(options.ca, 'utf8') };
  const connectsPerSecond = connectRateOf(options);
  const city = new LiveCity({ seed, speed, size, begunAt: Date.now() });
  const take = (deviceId: string, payload: Uint8Array) => void city.send(deviceId, payload);
  const fleet = new FleetPublisher({
    ...{ mqttUrl, credentials, connectsPerSecond, ...ca, log: say },
    ...(downlinks && { downlinks: { template: downlinks.template, take } }),
  });
  fleet.start(devices.map(({ device }) => device.deviceId));
  city.start(fleet.publish);
  say(`${devices.length} devices publish to ${mqttUrl}; bins and parking spots ${speed} times faster than life`);
  const report = setInterval(() => {
    const { connected, sent, acknowledged } = fleet.counts;
    say(`${connected} devices connected, ${sent} uplinks sent, ${acknowledged} acknowledged`);
  }, REPORT_EVERY_MS);

  await new Promise<void>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    // As the child of `demo`: the parent is gone.
    process.once('disconnect', stop);
  });
  clearInterval(report);
  city.stop();
  fleet.stop();
}

/** A scenario from its beginning to its end. */
async function simulateScenario(name: string, options: SimulateOptions): Promise<void> {
  const { scenario: told, ...fleet } = await loadScenario(name);
  const scenario = startingAt(told, options.start);
  const seed = options.seed === undefined ? scenario.seed : Number(options.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) throw new UserError('--seed is a whole number', 2);
  const speed = options.speed ?? String(scenario.speed);
  const language = languageOf(options.language);
  const downlinks = downlinksOf(options);
  const isShort = options.short === true;
  await assertWritable(options.truth, options.report);
  const run = new ScenarioRun(scenario, { ...fleet, seed, isShort, ...(downlinks && { sliceMs: DOWNLINK_SLICE_MS }) });
  const isKnown = options.credentials !== undefined || options.topic !== undefined;
  const publishers = isKnown
    ? await publishersOf(options)
    : publishersOfKnown(await register(registryOf(run), options));
  const controller = new AbortController();
  const abort = () => controller.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    const played = await playScenario(run, {
      ...{ mqttUrl: mqttUrlOf(options), publishers, force: options.force === true, signal: controller.signal },
      speed: speed === 'max' ? Infinity : positive('--speed', speed),
      connectsPerSecond: connectRateOf(options),
      ...(options.ca !== undefined && { caFile: options.ca }),
      ...(options.truth !== undefined && { truth: options.truth }),
      ...(options.record !== undefined && { record: options.record }),
      ...(options.report !== undefined && { report: options.report }),
      ...{ language, ...(downlinks && { downlinks }) },
    });
    if (options.json) printJson(played);
    else printTable(Object.entries(flat(played)).map(([member, value]) => [member, String(value)]));
    if (!isGood(played)) process.exitCode = 1;
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

function flat({ downlinks, ...played }: Played): Readonly<Record<string, unknown>> {
  const { sent, heard } = downlinks;
  return { ...played, ...(sent > 0 && { downlinks: `${heard} of ${sent} heard` }) };
}

function languageOf(text = 'en'): Language {
  if (text === 'de' || text === 'en') return text;
  throw new UserError('--language is en or de', 2);
}

function downlinksOf({ downlinks, topic, credentials }: SimulateOptions) {
  if (downlinks === undefined) return undefined;
  const template = downlinks === true ? settings().MQTT_DOWNLINK_TOPIC : downlinks;
  const levels = template.split('/');
  const isGood = levels.filter((level) => level === '{deviceId}').length === 1 && /^[!-~]{1,200}$/.test(template);
  if (!isGood || /[+#]/.test(template) || template.split('{deviceId}').length !== 2) {
    throw new UserError("--downlinks is a topic with {deviceId} as one level, like 'city/{deviceId}/down'", 2);
  }
  return { template, isShared: topic !== undefined && credentials === undefined };
}

function isGood({ isWhole, unacknowledged, withoutLogin }: Played): boolean {
  return isWhole && unacknowledged === 0 && withoutLogin === 0;
}

function startingAt(scenario: Scenario, start: string | undefined): Scenario {
  if (start === undefined) return scenario;
  return { ...scenario, startAt: start === 'now' ? Date.now() : momentOf('--start', start) };
}

function registryOf({ city }: ScenarioRun): Registry {
  return {
    cabinets: city.cabinets.map(({ asset }) => asset),
    devices: city.devices.map(({ asset, spec }) => ({ asset, device: spec })),
  };
}

/** Makes the platform know the devices of a city; gives their logins. */
async function register(registry: Registry, { api }: SimulateOptions): Promise<KnownCredentials> {
  const config = settings();
  const apiUrl = api ?? httpUrlOf(config);
  const kept = new KeptCredentials(config.DATA_DIR);
  const known = await kept.load();
  say(`registering ${registry.devices.length} devices at ${apiUrl}`);
  const credentials = await provision(registry, { apiUrl, token: await adminToken(config) }, known, (done, of) => {
    if (done % 100 === 0 || done === of) say(`${done} of ${of} things registered`);
  });
  await kept.save({ ...known, ...credentials });
  return credentials;
}

function mqttUrlOf({ mqtt }: SimulateOptions): string {
  const { HOST, MQTT_PORT } = settings();
  return mqtt ?? `mqtt://${HOST}:${MQTT_PORT}`;
}

function connectRateOf({ connectRate }: SimulateOptions): number {
  return connectRate === 'max' ? Infinity : positive('--connect-rate', connectRate);
}

function say(line: string): void {
  process.stderr.write(`city: ${line}\n`);
}
