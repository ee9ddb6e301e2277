import { describe, expect, it } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

describe('isDeeperThan', () => {
  it('counts lists and objects that are open at once', () => {
    expect(isDeeperThan(2, '{"a":[1],"b":[2]}')).toBe(false);
    expect(isDeeperThan(2, '{"a":[1,{}]}')).toBe(true);
  });

  it('passes over brackets in strings, escaped quotes included', () => {
    expect(isDeeperThan(1, '["[[[", "\\"[[[", "\\\\"]')).toBe(false);
    expect(isDeeperThan(1, '["\\\\", []]')).toBe(true);
  });
});
