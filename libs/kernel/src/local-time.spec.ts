import { describe, expect, it } from 'vitest';
import { isZone, localTime, momentOfLocal } from './local-time.ts';

const utc = (text: string) => Date.parse(text);

describe('the moment of a local time', () => {
  it.each([
    ['in winter', 'Europe/Berlin', '2026-01-15T03:10', '2026-01-15T02:10:00Z'],
    ['in summer', 'Europe/Berlin', '2026-07-15T03:10', '2026-07-15T01:10:00Z'],
    ['that is skipped', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00:00Z'],
    ['with which the skipped hour begins', 'Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00:00Z'],
    ['behind the skipped hour', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00:00Z'],
    ['that comes twice', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00Z'],
    ['behind the hour that comes twice', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00:00Z'],
    ['west of Greenwich', 'America/New_York', '2026-03-08T02:30', '2026-03-08T07:00:00Z'],
    ['where midnight is skipped', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00:00Z'],
    ['where clocks change by half an hour', 'Australia/Lord_Howe', '2026-10-04T02:10', '2026-10-03T15:30:00Z'],
    ['on the day that Samoa left out', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00:00Z'],
    ['before 1970', 'UTC', '1969-12-31T23:59', '1969-12-31T23:59:00Z'],
  ])('%s', (_name, zone, local, moment) => {
    expect(new Date(momentOfLocal(utc(`${local}:00Z`), zone)).toISOString()).toBe(moment.replace('Z', '.000Z'));
  });

  it('is what clocks show then', () => {
    const noon = utc('2026-11-21T12:00:00.250Z');

    expect(localTime(noon, 'Asia/Kathmandu') - noon).toBe((5 * 60 + 45) * 60_000);
    expect(momentOfLocal(localTime(noon, 'Asia/Kathmandu'), 'Asia/Kathmandu')).toBe(noon);
  });
});

it('knows which names are zones', () => {
  expect(['Europe/Berlin', 'UTC', 'Europe/Hanau', ''].map(isZone)).toEqual([true, true, false, false]);
});
