import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readUplinkLog,
  RecordingIntake,
  RecordingWriter,
  type RecordingEdit,
  type RecordingItem,
} from '@stadtfunk/device-simulator';
import type { BoundDevice } from '@stadtfunk/devices';
import { durationMs, Fault } from '@stadtfunk/kernel';
import { settings, UserError } from '@stadtfunk/platform';
import type { Uplink } from '@stadtfunk/uplinks';
import type { Command } from 'commander';
import { devicesFromApi, devicesFromFile } from '../recording/described-devices.ts';
import { addEditOptions, editOf, type EditOptions } from '../recording/edit-options.ts';
import { NewRecordingFile } from '../recording/recording-file.ts';
import { printJson, printLine } from './output.ts';
import { ProgressLine } from './progress-line.ts';

interface Options extends EditOptions {
  readonly mqtt?: string;
  readonly topic?: string[];
  readonly ca?: string;
  readonly clientId?: string;
  readonly log?: string;
  readonly api?: boolean;
  readonly devices?: string;
  readonly for?: string;
  readonly uplinks?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  # what a platform on this machine still has, with what its devices are, so that a backtest can judge it
  stadtfunk record week.recording --log ./data --api
  # ten minutes of any broker; the broker keeps what was not written yet
  MQTT_USERNAME=reader MQTT_PASSWORD=… stadtfunk record city.recording --mqtt mqtts://broker.example --topic 'city/{deviceId}/up' --for PT10M
  # to give away: no identities, no places, no names
  stadtfunk record public.recording --log redis://127.0.0.1:6379 --api --anonymise
`;

export function recordCommand(program: Command): void {
  const command = program
    .command('record')
    .description(
      'keep raw uplinks in a file (docs/recording.md): of a broker as they arrive, or of the uplink log of a platform',
    )
    .argument('<file>', 'the recording to write')
    .option('--mqtt <url>', 'a broker; MQTT_USERNAME and MQTT_PASSWORD log in')
    .option('--topic <templates...>', 'topics at the broker; one level is {deviceId} (default: MQTT_UPLINK_TOPIC)')
    .option('--ca <file>', "what the broker's certificate is checked against, PEM")
    .option(
      '--client-id <id>',
      'go on where a killed recorder of this id was: the broker sends what it did not acknowledge',
    )
    .option('--log <place>', 'instead: the DATA_DIR of a platform, running or not, or redis://')
    .option('--api', 'ask the running platform what the devices are')
    .option('--devices <file>', 'read what the devices are from a file, a JSON document a line')
    .option('--for <duration>', 'end after this time, such as PT10M')
    .option('--uplinks <count>', 'end after so many uplinks')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print JSON');
  addEditOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => record(file, options));
}

async function record(path: string, options: Options): Promise<void> {
  if ((options.mqtt === undefined) === (options.log === undefined))
    throw new UserError('give one of --mqtt and --log', 2);
  const most = options.uplinks === undefined ? Infinity : Number(options.uplinks);
  if (!(most >= 1)) throw new UserError('--uplinks is a number, 1 or more', 2);
  const forMs = options.for === undefined ? Infinity : (durationMs(options.for) ?? 0);
  if (!(forMs > 0)) throw new UserError('--for is a duration such as PT10M', 2);
  const edit = editOf(options, 0);
  const devices =
    options.devices !== undefined ? await devicesFromFile(options.devices) : options.api ? await devicesFromApi() : [];
  // What is not there leaves no file behind.
  const source = options.log === undefined ? undefined : await openLog(options.log);
  try {
    await recordInto(path, options, { source, edit, devices, most, forMs });
  } finally {
    await source?.close();
  }
}

interface Task {
  readonly source: OpenLog | undefined;
  readonly edit: RecordingEdit;
  readonly devices: readonly BoundDevice[];
  readonly most: number;
  readonly forMs: number;
}

async function recordInto(path: string, options: Options, { source, edit, devices, most, forMs }: Task): Promise<void> {
  const file = await NewRecordingFile.create(path, options.force ?? false);
  try {
    const writer = await RecordingWriter.begin(file, {
      zone: settings().ZONE,
      origin: options.mqtt === undefined ? 'uplink-log' : 'mqtt',
      ...{ recordedAt: options.anonymise ? null : Date.now(), anonymised: options.anonymise ?? false, shiftedMs: 0 },
    });
    for (const bound of devices) {
      const kept = edited(edit, { type: 'device', bound });
      if (kept) await writer.add(kept);
    }
    const ends = endOf(forMs);
    const progress = new ProgressLine(() => {
      return `${writer.totals.uplinks} uplinks, ${(writer.bytes / 1e6).toFixed(1)} MB, ${edit.counts.filtered} left out`;
    });
    try {
      if (source) await recordLog(source, writer, edit, most, ends.signal);
      else await recordMqtt(options.mqtt!, options, writer, edit, most, ends.signal);
    } finally {
      ends.cancel();
      progress.end();
    }
    await writer.end();
    const summary = { file: path, bytes: writer.bytes, ...writer.totals, ...edit.counts };
    if (options.json) printJson(summary);
    else {
      printLine(
        `${path}: ${writer.totals.uplinks} uplinks and ${writer.totals.devices} devices in ${writer.bytes} bytes`,
      );
      if (edit.counts.unknown > 0)
        printLine(`${edit.counts.unknown} uplinks of devices of unknown models were left out`);
    }
  } finally {
    await file.close();
  }
}

/** Ctrl+C, SIGTERM, or the time that it was given: the file ends whole. */
function endOf(forMs: number) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const timer = forMs === Infinity ? undefined : setTimeout(abort, forMs);
  const cancel = () => {
    clearTimeout(timer);
    process.off('SIGINT', abort).off('SIGTERM', abort);
  };
  return { signal: controller.signal, cancel };
}

function edited(edit: RecordingEdit, item: RecordingItem): RecordingItem | null {
  const outcome = edit.apply(item);
  if (!outcome.ok)
    throw new Fault(
      outcome.error.code,
      `${outcome.error.detail}; --api and --devices tell, --skip-unknown leaves them out`,
      false,
    );
  return outcome.value;
}

async function recordLog(
  source: OpenLog,
  writer: RecordingWriter,
  edit: RecordingEdit,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  for await (const batch of source.uplinks) {
    for (const uplink of batch) {
      if (signal.aborted || writer.totals.uplinks >= most) return;
      const kept = edited(edit, { type: 'uplink', uplink });
      if (kept) await writer.add(kept);
    }
  }
}

/** What a platform still has. */
interface OpenLog {
  readonly uplinks: AsyncIterable<readonly Uplink[]>;
  close(): Promise<void>;
}

async function openLog(place: string): Promise<OpenLog> {
  if (!/^rediss?:\/\//.test(place)) {
    const { readUplinkFiles } = await import('@stadtfunk/file-log');
    return { uplinks: readUplinkFiles(join(place, 'uplinks')), close: async () => undefined };
  }
  const { RedisUplinkLog } = await import('@stadtfunk/redis');
  const log = await RedisUplinkLog.open({ url: place, existingOnly: true, durability: 'warn' });
  return { uplinks: readUplinkLog(log), close: () => log.close() };
}

async function recordMqtt(
  url: string,
  options: Options,
  writer: RecordingWriter,
  edit: RecordingEdit,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  const { MQTT_USERNAME: username = null, MQTT_PASSWORD: password = null } = process.env;
  const ca = options.ca === undefined ? null : await readFile(options.ca, 'utf8');
  const clientId = options.clientId ?? `stadtfunk-record-${randomUUID()}`;
  let isFull: () => void = () => undefined;
  let failed: (fault: Fault) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    isFull = resolve;
    failed = reject;
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  const intake = new RecordingIntake(
    writer,
    (item) => {
      if (writer.totals.uplinks + 1 >= most) isFull();
      return writer.totals.uplinks >= most ? null : edited(edit, item);
    },
    failed,
  );
  const warn = (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
  const quiet = (fields: object, message: string) =>
    'code' in fields && !UNREMARKABLE.has(String(fields.code)) ? warn(fields, message) : undefined;
  let lastAt = 0;
  const { MqttBridge, TopicDirectory } = await import('@stadtfunk/mqtt');
  const bridge = new MqttBridge(
    {
      intake,
      directory: new TopicDirectory(),
      // The order of reception is the order of the file, also when the clock is put back.
      clock: { now: () => (lastAt = Math.max(lastAt, Date.now())) },
      log: { info: () => undefined, warn: quiet, error: warn },
    },
    {
      url,
      username,
      password,
      ca,
      clientId,
      uplinkTopics: options.topic ?? [settings().MQTT_UPLINK_TOPIC],
      ownTopicFilters: [],
    },
  );
  try {
    await Promise.race([bridge.start(), ended]);
    await ended;
  } finally {
    // First what was offered, so that it is acknowledged before the bridge hangs up.
    const stopped = bridge.stop();
    await intake.stop();
    await stopped;
    await forgetSession(url, clientId, username, password, ca);
  }
}

/** To a recorder no device is known, and each has a session of its own. */
const UNREMARKABLE = new Set(['device.unknown', 'session.absent']);
const FORGET_MS = 5_000;

/** A session that nobody comes back to would keep everything for ever. */
async function forgetSession(
  url: string,
  clientId: string,
  username: string | null,
  password: string | null,
  ca: string | null,
): Promise<void> {
  try {
    const { connectAsync } = await import('mqtt');
    const client = await connectAsync(url, {
      ...{ clientId, clean: true, reconnectPeriod: 0, connectTimeout: FORGET_MS },
      ...(username !== null && { username }),
      ...(password !== null && { password }),
      ...(ca !== null && { ca }),
    });
    await client.endAsync();
  } catch {
    process.stderr.write(`the broker still keeps a session of '${clientId}', and what arrives for it\n`);
  }
}
