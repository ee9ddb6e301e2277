import { readFile } from 'node:fs/promises';
import {
  describeDamage,
  RecordingWriter,
  ReplayPublisher,
  targetOf,
  type RecordingEdit,
  type RecordingItem,
  type RecordingReader,
} from '@stadtfunk/device-simulator';
import { UserError } from '@stadtfunk/platform';
import type { Command } from 'commander';
import { addEditOptions, editOf, momentOf, shiftOf, type EditOptions } from '../recording/edit-options.ts';
import { publishersOf } from '../recording/publishers.ts';
import { NewRecordingFile, openRecording, readingRecording } from '../recording/recording-file.ts';
import { isSameFile } from './output-file.ts';
import { printJson, printLine, printTable } from './output.ts';
import { ProgressLine } from './progress-line.ts';

interface Options extends EditOptions {
  readonly mqtt?: string;
  readonly credentials?: string;
  readonly topic?: string;
  readonly ca?: string;
  readonly speed: string;
  readonly shift?: string;
  readonly start?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Where the items go. */
interface Sink {
  take(item: RecordingItem): Promise<void>;
  /** What is to be told of it at the end. */
  end(): Promise<Readonly<Record<string, number>>>;
  /** After a failure: what was begun is left as whole as it can be. */
  abandon(): Promise<void>;
}

const MOST_IN_FLIGHT = 2_000;
const DRAIN_MS = 30_000;

const EXAMPLES = `
Examples:
  # what is in it, and whether it is whole
  stadtfunk replay week.recording
  # to the running platform as if it happened now, by the devices' own logins
  stadtfunk replay week.recording --mqtt mqtt://127.0.0.1:1883 --credentials data/secrets/simulated-devices.json --start now
  # to any broker by one login, 60 times faster
  MQTT_USERNAME=gateway MQTT_PASSWORD=… stadtfunk replay week.recording --mqtt mqtt://127.0.0.1:1883 --topic 'city/{deviceId}/up' --speed 60
  # a part to give away, and what rules would have done with it
  stadtfunk replay week.recording --output bins.recording --kind WasteContainer --anonymise
  stadtfunk backtest --rules rules/ --recording bins.recording
`;

export function replayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description('send a recording to a broker, copy a part of it into another one, or say what is in it')
    .argument('<file>', 'the recording')
    .option('--mqtt <url>', 'publish to this broker')
    .option(
      '--credentials <file>',
      'logins and topics of the devices; else MQTT_USERNAME and MQTT_PASSWORD publish for all',
    )
    .option('--topic <template>', 'without --credentials: where to (default: MQTT_UPLINK_TOPIC)')
    .option('--ca <file>', "what the broker's certificate is checked against, PEM")
    .option('--speed <factor>', 'how many times faster than it was received; `max`: as fast as it is acknowledged', '1')
    .option('--shift <duration>', 'make all times later by this, those in payloads too, such as P7D or -PT1H')
    .option('--start <moment>', 'shift so that the first uplink is received then; `now`')
    .option('--output <file>', 'write a recording instead')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print JSON');
  addEditOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => readingRecording(file, () => replay(file, options)));
}

async function replay(path: string, options: Options): Promise<void> {
  if (options.mqtt !== undefined && options.output !== undefined)
    throw new UserError('--mqtt and --output exclude each other', 2);
  // Opening the output empties it, before the recording is read.
  if (options.output !== undefined && (await isSameFile(path, options.output)))
    throw new UserError(`${options.output} is the recording itself`, 2);
  const shiftMs = await shiftMsOf(path, options);
  const edit = editOf(options, shiftMs);
  const reader = await openRecording(path);
  const controller = new AbortController();
  const abort = () => controller.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const sink = await sinkOf(options, reader, shiftMs, controller.signal);
  const progress = new ProgressLine(() => `${edit.counts.kept} uplinks, ${edit.counts.filtered} left out`);
  let told: Readonly<Record<string, number>>;
  try {
    await feed(reader, edit, sink, controller.signal);
    told = await sink.end();
  } catch (thrown) {
    await sink.abandon();
    throw thrown;
  } finally {
    progress.end();
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
  report(path, reader, edit, told, options);
  const isDamaged = reader.damages.some(({ code }) => code !== 'unfinished');
  const isLost = (told['unacknowledged'] ?? 0) > 0 || (told['withoutLogin'] ?? 0) > 0;
  if (isDamaged || isLost || controller.signal.aborted) process.exitCode = 1;
}

async function feed(reader: RecordingReader, edit: RecordingEdit, sink: Sink, signal: AbortSignal): Promise<void> {
  for await (const block of reader.blocks()) {
    for (const item of block) {
      if (signal.aborted) return;
      const outcome = edit.apply(item);
      if (!outcome.ok) throw new UserError(`${outcome.error.detail}; --skip-unknown leaves such uplinks out`);
      if (outcome.value) await sink.take(outcome.value);
    }
  }
}

async function sinkOf(
  options: Options,
  { header }: RecordingReader,
  shiftMs: number,
  signal: AbortSignal,
): Promise<Sink> {
  if (options.mqtt !== undefined) return brokerSink(options.mqtt, options, signal);
  if (options.output === undefined)
    return { take: async () => undefined, end: async () => ({}), abandon: async () => undefined };
  const file = await NewRecordingFile.create(options.output, options.force ?? false);
  const anonymised = header.anonymised || (options.anonymise ?? false);
  const writer = await RecordingWriter.begin(file, {
    ...header,
    // When it really was says what was where.
    recordedAt: anonymised ? null : header.recordedAt,
    anonymised,
    shiftedMs: anonymised ? 0 : header.shiftedMs + shiftMs,
  });
  return {
    take: async (item) => writer.add(item),
    end: async () => {
      await writer.end();
      await file.close();
      return { written: writer.totals.uplinks, bytes: writer.bytes };
    },
    abandon: async () => {
      await writer.flush();
      await file.close();
    },
  };
}

async function brokerSink(url: string, options: Options, signal: AbortSignal): Promise<Sink> {
  const ca = options.ca === undefined ? null : await readFile(options.ca, 'utf8');
  const speed = options.speed === 'max' ? Infinity : Number(options.speed);
  if (!(speed > 0)) throw new UserError('--speed is a factor, or max', 2);
  const publisher = new ReplayPublisher({
    ...{
      target: targetOf(url, ca),
      publishers: await publishersOf(options),
      speed,
      mostInFlight: MOST_IN_FLIGHT,
      signal,
    },
  });
  return {
    take: async (item) => (item.type === 'uplink' ? publisher.publish(item.uplink) : undefined),
    end: async () => {
      await publisher.end(DRAIN_MS);
      const { sent, acknowledged, withoutLogin } = publisher.counts;
      return { sent, acknowledged, unacknowledged: sent - acknowledged, withoutLogin };
    },
    abandon: () => publisher.end(0).catch(() => undefined),
  };
}

async function shiftMsOf(path: string, { shift, start }: Options): Promise<number> {
  if (shift !== undefined && start !== undefined) throw new UserError('--shift and --start exclude each other', 2);
  if (shift !== undefined) return shiftOf(shift);
  if (start === undefined) return 0;
  const at = start === 'now' ? Date.now() : momentOf('--start', start);
  const first = await firstReceivedAt(await openRecording(path));
  // Whole seconds, as most devices know no less.
  return first === null ? 0 : Math.round((at - first) / 1_000) * 1_000;
}

async function firstReceivedAt(reader: RecordingReader): Promise<number | null> {
  for await (const block of reader.blocks()) {
    for (const item of block) if (item.type === 'uplink') return item.uplink.receivedAt;
  }
  return null;
}

function report(
  path: string,
  reader: RecordingReader,
  edit: RecordingEdit,
  told: Readonly<Record<string, number>>,
  options: Options,
): void {
  const { header, totals, damages } = reader;
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  const summary = {
    ...{ file: path, zone: header.zone, origin: header.origin, recordedAt: iso(header.recordedAt) },
    ...{ anonymised: header.anonymised, shiftedMs: header.shiftedMs, devices: totals.devices, uplinks: totals.uplinks },
    ...{ payloadBytes: totals.payloadBytes, from: iso(totals.firstReceivedAt), to: iso(totals.lastReceivedAt) },
    ...{ ...edit.counts, ...told },
  };
  if (options.json) printJson({ ...summary, damages });
  else {
    const rows = Object.entries(summary).filter(([, value]) => value !== null);
    printTable(rows.map(([name, value]) => [name, String(value)]));
  }
  for (const damage of damages) process.stderr.write(`${path}: ${describeDamage(damage)}\n`);
  if (damages.length === 0 && !options.json && Object.keys(told).length === 0) printLine('it is whole');
}
