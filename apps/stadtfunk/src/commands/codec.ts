import { readFile } from 'node:fs/promises';
import { FORMATS, findModel } from '@stadtfunk/device-catalog';
import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { interpret } from '@stadtfunk/ingest';
import type { CodedError } from '@stadtfunk/kernel';
import type { Command } from 'commander';
import { printJson, printLine, printTable } from './output.ts';
import { UserError } from '@stadtfunk/platform';

interface DecodeOptions {
  readonly hex?: string;
  readonly text?: string;
  readonly file?: string;
  readonly receivedAt?: string;
  readonly json?: boolean;
}

interface DecodedReading {
  readonly observedAt: string;
  readonly clock: string;
  readonly quality: number;
  readonly kind: string;
  readonly values: object;
}

/** What a payload says: in the vendor's words, as readings, and what is wrong with it. */
export interface Decoding {
  readonly decoded: object | null;
  readonly readings: readonly DecodedReading[];
  readonly errors: readonly CodedError[];
}

export function codecCommands(program: Command): void {
  const codec = program.command('codec').description('decode payloads by hand');
  codec
    .command('decode')
    .description('decode one payload and print { decoded, readings, errors }')
    .argument('<format>', 'name of a format or of a device model (see: codec list)')
    .option('--hex <digits>', 'the payload as hex digits')
    .option('--text <text>', 'the payload as text')
    .option('--file <path>', 'the payload as the bytes of a file')
    .option('--received-at <time>', 'when it arrived, ISO 8601 (default: now)')
    .option('--json', 'print JSON')
    .action(async (format: string, options: DecodeOptions) => {
      const receivedAt = options.receivedAt === undefined ? Date.now() : Date.parse(options.receivedAt);
      if (Number.isNaN(receivedAt)) throw new UserError('--received-at is not an ISO 8601 time', 2);
      const decoding = decodePayload(format, await payloadOf(options), receivedAt);
      if (options.json) printJson(decoding);
      else printDecoding(decoding);
      if (decoding.decoded === null) process.exitCode = 1;
    });
  codec
    .command('list')
    .description('list the formats')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => {
      const names = [...FORMATS.keys()];
      if (options.json) printJson(names);
      else names.forEach((name) => printLine(name));
    });
}

async function payloadOf({ hex, text, file }: DecodeOptions): Promise<Uint8Array> {
  const given = [hex, text, file].filter((option) => option !== undefined).length;
  if (given !== 1) throw new UserError('give the payload by one of --hex, --text and --file', 2);
  if (text !== undefined) return Buffer.from(text);
  if (file !== undefined) {
    return readFile(file).catch((thrown: unknown) => {
      throw new UserError(`cannot read ${file}: ${(thrown as NodeJS.ErrnoException).code ?? 'unknown reason'}`, 2);
    });
  }
  const digits = hex!.replaceAll(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new UserError('--hex takes an even number of hex digits', 2);
  return Buffer.from(digits, 'hex');
}

/** Decodes as the platform would, for a device of this model that is bound to nothing. */
export function decodePayload(formatOrModel: string, payload: Uint8Array, receivedAt: number): Decoding {
  const model = findModel(formatOrModel);
  if (!model) throw new UserError(`unknown format '${formatOrModel}'; known: ${[...FORMATS.keys()].join(', ')}`, 2);
  const decoded = model.format.decode(payload);
  if (!decoded.ok) return { decoded: null, readings: [], errors: [decoded.error] };

  const directory = new MemoryDeviceDirectory();
  const deviceId = 'payload';
  const unknown = { imei: null, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
  directory.put({ device: { deviceId, model: formatOrModel, lifecycle: 'active', ...unknown }, asset: null });
  const outcome = interpret({ deviceId, topic: '', receivedAt, qos: 1, payload }, directory);
  if (!outcome.ok) return { decoded: decoded.value, readings: [], errors: [outcome.error] };

  const errors = [...outcome.value.problems];
  const readings: DecodedReading[] = [];
  for (const { sample, reading, refused } of outcome.value.samples) {
    if (reading) {
      const { observedAt, clock, quality, values } = reading;
      readings.push({ observedAt: new Date(observedAt).toISOString(), clock, quality, kind: sample.kind, values });
    } else {
      errors.push({ code: refused, detail: `a ${sample.kind} sample of device time ${String(sample.deviceTime)} ms` });
    }
  }
  return { decoded: decoded.value, readings, errors };
}

function printDecoding({ decoded, readings, errors }: Decoding): void {
  if (decoded) {
    printLine('decoded');
    printTable(Object.entries(decoded).map(([key, value]) => ['', key, JSON.stringify(value)]));
  }
  printLine(`readings: ${readings.length}`);
  printTable(
    readings.map(({ observedAt, kind, clock, quality, values }) => {
      return ['', observedAt, kind, `clock ${clock}`, `quality ${quality}`, JSON.stringify(values)];
    }),
  );
  for (const { code, detail } of errors) printLine(`error ${code}: ${detail}`);
}
