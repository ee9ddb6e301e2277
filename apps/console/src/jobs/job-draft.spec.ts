import { expect, it } from 'vitest';
import type { Job } from '../api/types.ts';
import { bodyOf, draftOf } from './job-draft.ts';

const job = {
  dueAt: '2026-07-01T08:30:00.000Z',
  tags: [],
  assignee: null,
  crew: null,
  priority: 'normal',
} as unknown as Job;

it.each([
  ['Europe/Berlin', '2026-07-01T10:30', '2026-12-01T09:00:00.000Z'],
  ['America/New_York', '2026-07-01T04:30', '2026-12-01T15:00:00.000Z'],
])('a due time is typed by the clocks of the city, in %s', (zone, shown, meant) => {
  const draft = draftOf(job, zone);
  expect(draft.dueAt).toBe(shown);
  expect(bodyOf('edit', draft, job, zone)).toEqual({});
  expect(bodyOf('edit', { ...draft, dueAt: '2026-12-01T10:00' }, job, zone)).toEqual({ dueAt: meant });
  expect(bodyOf('edit', { ...draft, dueAt: '' }, job, zone)).toEqual({ dueAt: null });
});
