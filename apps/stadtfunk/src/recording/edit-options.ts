import { randomBytes } from 'node:crypto';
import { KeyedPseudonyms, RecordingEdit } from '@stadtfunk/device-simulator';
import { ASSET_TYPES, type AssetType } from '@stadtfunk/devices';
import { durationMs } from '@stadtfunk/kernel';
import { UserError } from '@stadtfunk/platform';
import type { Command } from 'commander';

export interface EditOptions {
  readonly device?: string[];
  readonly kind?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly anonymise?: boolean;
  readonly roundPlaces: string;
  readonly skipUnknown?: boolean;
}

/** Options of `record` and `replay` that say what of the uplinks is kept, and how. */
export function addEditOptions(command: Command): Command {
  return command
    .option('--device <ids...>', 'only of these devices')
    .option('--kind <types...>', `only of devices on assets of these types: ${ASSET_TYPES.join(', ')}`)
    .option('--from <moment>', 'only what was received from then on, such as 2026-11-01T06:00:00+01:00')
    .option('--to <moment>', 'only what was received before')
    .option(
      '--anonymise',
      'other identities, rounded places, no names; ANONYMISE_KEY (hex) makes them the same as elsewhere',
    )
    .option('--round-places <degrees>', 'to what --anonymise rounds places', '0.01')
    .option('--skip-unknown', 'leave out uplinks that would have to be changed and of which nobody knows the model');
}

/** @param shiftMs see `shiftOf` */
export function editOf(options: EditOptions, shiftMs: number): RecordingEdit {
  const kinds = options.kind?.map((kind) => {
    const known = ASSET_TYPES.find((type) => type === kind);
    if (!known) throw new UserError(`--kind is none of ${ASSET_TYPES.join(', ')}`, 2);
    return known;
  });
  return new RecordingEdit({
    ...(options.device && { devices: new Set(options.device) }),
    ...(kinds && { kinds: new Set<AssetType>(kinds) }),
    from: options.from === undefined ? -Infinity : momentOf('--from', options.from),
    to: options.to === undefined ? Infinity : momentOf('--to', options.to),
    shiftMs,
    pseudonyms: options.anonymise ? new KeyedPseudonyms(anonymiseKey(), degreesOf(options.roundPlaces)) : null,
    skipUnknown: options.skipUnknown ?? false,
  });
}

/** Whole seconds of `P7D` or `-PT1H`. */
export function shiftOf(text: string): number {
  const ms = durationMs(text.replace(/^-/, ''));
  if (ms === undefined || ms % 1_000 !== 0)
    throw new UserError('--shift is a duration in whole seconds, such as P7D or -PT1H', 2);
  return text.startsWith('-') ? -ms : ms;
}

export function momentOf(option: string, text: string): number {
  const moment = /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new UserError(`${option} is no moment such as 2026-11-01T06:00:00+01:00`, 2);
}

/** Who has it can tell which devices they were: kept nowhere, unless whoever runs the command keeps it. */
function anonymiseKey(): Uint8Array {
  const given = process.env['ANONYMISE_KEY'];
  if (given === undefined) return randomBytes(32);
  if (/^([0-9a-f]{2}){16,}$/i.test(given)) return Buffer.from(given, 'hex');
  throw new UserError('ANONYMISE_KEY is not at least 32 hex digits', 2);
}

function degreesOf(text: string): number {
  const degrees = Number(text);
  if (degrees > 0 && degrees <= 90) return degrees;
  throw new UserError('--round-places is a number of degrees, such as 0.01', 2);
}
