import { describe, expect, it } from 'vitest';
import { MemoryTruthLog } from './memory-truth-log.ts';
import { readTruth, truthLines, type TruthHeader } from './truth-file.ts';

const HEADER: TruthHeader = { scenario: 'bin-fire', seed: 7, from: 0, to: 86_400_000, devices: 2 };

function someTruth(): MemoryTruthLog {
  const truth = new MemoryTruthLog();
  truth.begin('bin.fire', 'bin 2', 5_000);
  truth.begin('bin.full', 'bin-1', 1_000);
  truth.begin('bin.full', 'bin-1', 2_000);
  truth.end('bin.full', 'bin-1', 9_000);
  truth.end('bin.full', 'bin-1', 9_500);
  truth.begin('bin.tipped', 'bin-1', 9_000);
  truth.end('bin.tipped', 'bin-1', 9_000);
  return truth;
}

describe('the truth of a run', () => {
  it('has each incident once, in the order in which they began', () => {
    expect(someTruth().incidents).toEqual([
      { kind: 'bin.full', subject: 'bin-1', from: 1_000, to: 9_000 },
      { kind: 'bin.fire', subject: 'bin 2', from: 5_000, to: null },
    ]);
  });

  it('is read from a file as it was written', () => {
    const { incidents } = someTruth();
    const text = [...truthLines({ header: HEADER, incidents })].join('');
    expect(readTruth(text.split('\n'))).toEqual({ ok: true, value: { header: HEADER, incidents } });
  });

  it.each([
    ['an empty file', [], 'no header'],
    ['no JSON', ['hello'], 'line 1'],
    ['a header of a later version', ['{"type":"truth","version":2}'], 'line 1'],
    [
      'an unknown kind',
      [...truthLines({ header: HEADER, incidents: [] }), '{"type":"incident","kind":"bin.lost"}'],
      'line 2',
    ],
  ])('is not read from %s', (_name, lines, detail) => {
    const outcome = readTruth(lines);
    expect(outcome.ok).toBe(false);
    expect(outcome.ok ? '' : outcome.error.detail).toContain(detail);
  });
});
