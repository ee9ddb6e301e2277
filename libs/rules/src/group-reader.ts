import { DAY_MS } from '@stadtfunk/kernel';
import { GROUP_KINDS, SEVERITIES } from '@stadtfunk/maintenance';
import {
  isAbsent,
  readCount,
  readDuration,
  readOneOf,
  readTitle,
  valueOf,
  type Spot,
  type YamlReader,
} from '@stadtfunk/yaml';
import { GROUP_KEYS, LONGEST_GROUP_HOURS, MOST_MEMBERS } from './rule-format.ts';
import type { GroupRule, JobOrder } from './rule.ts';

/** Reads when alerts become one of a group; undefined where it has a problem. */
export function readGroup(
  reader: YamlReader,
  spot: Spot,
  readJob: (reader: YamlReader, spot: Spot) => JobOrder | undefined,
): GroupRule | undefined {
  const before = reader.problems.length;
  const fields = reader.fields(spot, GROUP_KEYS);
  if (!fields) return undefined;
  const by = readOneOf(reader, fields.by, GROUP_KINDS);
  const atLeast = readCount(reader, fields.atLeast, 2, MOST_MEMBERS);
  const share = isAbsent(fields.share) ? undefined : readShare(reader, fields.share);
  const withinMs = readWithin(reader, fields.within);
  const waits = isAbsent(fields.wait) ? true : readWait(reader, fields.wait);
  const severity = isAbsent(fields.severity) ? null : readOneOf(reader, fields.severity, SEVERITIES);
  const title = readTitle(reader, fields.title);
  const job = isAbsent(fields.job) ? null : readJob(reader, fields.job);
  if (reader.problems.length > before) return undefined;
  return {
    by: by!,
    atLeast: atLeast!,
    ...(share !== undefined && { share }),
    withinMs: withinMs!,
    ...(waits === false && { atOnce: true as const }),
    severity: severity!,
    title: title!,
    job: job!,
  };
}

function readShare(reader: YamlReader, spot: Spot): number | undefined {
  const value = valueOf(spot);
  if (typeof value === 'number' && value > 0 && value <= 1) return value;
  reader.problem(spot, 'a share above 0 and up to 1');
  return undefined;
}

function readWithin(reader: YamlReader, spot: Spot): number | undefined {
  const ms = readDuration(reader, spot);
  if (ms === undefined || (ms > 0 && ms <= (LONGEST_GROUP_HOURS * DAY_MS) / 24)) return ms;
  reader.problem(spot, `at most PT${LONGEST_GROUP_HOURS}H, because jobs wait that long`);
  return undefined;
}

function readWait(reader: YamlReader, spot: Spot): boolean | undefined {
  const value = valueOf(spot);
  if (typeof value === 'boolean') return value;
  reader.problem(spot, 'true or false');
  return undefined;
}
