import { expect, it } from 'vitest';
import { isNarrowed } from './alert-filter.ts';

it.each([
  ['', false],
  ['order=newest', false],
  ['text=', false],
  ['text=Lamboy', true],
  ['since=hour', true],
  ['state=unacknowledged', true],
])('knows whether %j leaves out open alerts', (address, answer) => {
  expect(isNarrowed(new URLSearchParams(address))).toBe(answer);
});
