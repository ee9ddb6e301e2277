import { DAY_MS } from '@stadtfunk/kernel';
import { isAbsent, readCount, readOneOf, shown, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import type { Identified } from './department-reader.ts';
import type { Place } from './hours-reader.ts';
import { MOST_OVERRIDES, MOST_PEOPLE, MOST_SHIFT_DAYS, OVERRIDE_KEYS, ROTA_KEYS } from './organisation-format.ts';
import { shiftOn, type Rota, type RotaOverride } from './rota.ts';
import { readDate, readId, readList, readLocalMoment, readZone } from './values.ts';

export function readRota(
  reader: YamlReader,
  spot: Spot,
  place: Place,
  people: readonly string[],
): Identified<Rota> | undefined {
  const fields = reader.fields(spot, ROTA_KEYS);
  if (!fields) return undefined;
  const id = readId(reader, fields.id);
  const start = readLocalMoment(reader, fields.start);
  const shiftDays = readCount(reader, fields.shiftDays, 1, MOST_SHIFT_DAYS);
  const turns = readList(reader, fields.people, 'people', MOST_PEOPLE, (item) => readOneOf(reader, item, people));
  const zone = readZone(reader, fields.zone, place.zone);
  const overrides = readOverrides(reader, fields.overrides, people);
  if (turns?.length === 0)
    reader.problem(fields.people, 'the ids of one or more people', shown(valueOf(fields.people)));
  if (!id || start === undefined || !shiftDays || !turns?.length || !overrides || zone === undefined) return undefined;
  const swaps = readSwaps(reader, fields.swaps, { start, shiftDays });
  if (!swaps) return undefined;
  const rota = { rotaId: id, zone, start, shiftDays, people: turns, swaps, overrides };
  return { id, spot: fields.id, value: rota };
}

function readOverrides(reader: YamlReader, spot: Spot, people: readonly string[]): readonly RotaOverride[] | undefined {
  const known: RotaOverride[] = [];
  return readList(reader, spot, 'overrides', MOST_OVERRIDES, (item) => {
    const fields = reader.fields(item, OVERRIDE_KEYS);
    if (!fields) return undefined;
    const from = readLocalMoment(reader, fields.from);
    const to = readLocalMoment(reader, fields.to);
    const personId = readOneOf(reader, fields.person, people);
    if (from === undefined || to === undefined || personId === undefined) return undefined;
    if (to <= from) {
      reader.problem(fields.to, "a time after 'from'");
      return undefined;
    }
    if (known.some((other) => from < other.to && other.from < to)) {
      reader.problem(item, 'times in which nobody else stands in', `overlaps another override`);
      return undefined;
    }
    const override = { from, to, personId };
    known.push(override);
    return override;
  });
}

/** Pairs of dates on which shifts begin. */
function readSwaps(
  reader: YamlReader,
  spot: Spot,
  rota: Pick<Rota, 'start' | 'shiftDays'>,
): ReadonlyMap<number, number> | undefined {
  const swaps = new Map<number, number>();
  if (isAbsent(spot)) return swaps;
  const pairs = readList(reader, spot, 'pairs of dates', MOST_OVERRIDES, (pair) => {
    const dates = reader.items(pair);
    if (dates?.length !== 2) {
      reader.problem(pair, 'two dates on which shifts begin, such as [2026-03-02, 2026-03-16]');
      return undefined;
    }
    const [one, other] = dates.map((date) => readShift(reader, date, rota));
    if (one === undefined || other === undefined) return undefined;
    if (one === other || swaps.has(one) || swaps.has(other)) {
      reader.problem(pair, 'two shifts, of which none is swapped elsewhere');
      return undefined;
    }
    swaps.set(one, other).set(other, one);
    return [one, other];
  });
  return pairs && swaps;
}

function readShift(reader: YamlReader, spot: Spot, rota: Pick<Rota, 'start' | 'shiftDays'>): number | undefined {
  const date = readDate(reader, spot);
  if (date === undefined) return undefined;
  const shift = shiftOn(rota, date);
  if (shift === undefined) {
    const before = Math.max(
      0,
      Math.floor((date - Math.floor(rota.start / DAY_MS) * DAY_MS) / (rota.shiftDays * DAY_MS)),
    );
    const near = Math.floor(rota.start / DAY_MS) * DAY_MS + before * rota.shiftDays * DAY_MS;
    reader.problem(spot, `a date on which a shift begins, such as ${new Date(near).toISOString().slice(0, 10)}`);
  }
  return shift;
}
