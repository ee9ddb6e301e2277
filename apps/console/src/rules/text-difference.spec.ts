import { describe, expect, it } from 'vitest';
import { differenceOf } from './text-difference.ts';

const shown = (old: string, fresh: string) =>
  differenceOf(old, fresh).map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`);

describe('the difference of two texts', () => {
  it('names what was removed and added, and numbers the lines of both', () => {
    expect(shown('a\nb\nc\nd\n', 'a\nc\nx\nd\n')).toEqual([' a', '-b', ' c', '+x', ' d']);
    // No more than has to be: what stays is not removed to be added again.
    expect(shown('a\nb\n', 'x\na\ny\nb\n')).toEqual(['+x', ' a', '+y', ' b']);
    expect(differenceOf('a\nb\n', 'b\nc\n')).toEqual([
      { kind: 'removed', text: 'a', oldLine: 1, newLine: null },
      { kind: 'same', text: 'b', oldLine: 2, newLine: 1 },
      { kind: 'added', text: 'c', oldLine: null, newLine: 2 },
    ]);
  });

  it('is nothing but same lines for the same text, and complete where nothing is common', () => {
    expect(shown('a\nb', 'a\nb\n')).toEqual([' a', ' b']);
    expect(shown('', 'a\n')).toEqual(['+a']);
    expect(shown('a\na\n', 'b\n').sort()).toEqual(['+b', '-a', '-a']);
    expect(shown('a\na\na\n', 'a\n')).toHaveLength(3);
  });

  it('of very long texts is shown as removed and added as a whole', () => {
    const long = (letter: string) => Array.from({ length: 2_500 }, (_, line) => `${letter}${line}`).join('\n');
    const lines = shown(`x\n${long('a')}\nboth\na`, `x\n${long('b')}\nboth\nb`);
    expect(lines).toHaveLength(1 + 2 * 2_502);
    expect(lines.filter((line) => line.endsWith('both'))).toEqual(['-both', '+both']);
  });

  it('gives back both texts', () => {
    const [old, fresh] = ['a\nb\nc\nb\na\nd\n', 'b\na\nc\na\nb\nd\ne\n'];
    const lines = differenceOf(old, fresh);
    const of = (gone: string) => lines.filter(({ kind }) => kind !== gone).map(({ text }) => `${text}\n`);
    expect([of('added').join(''), of('removed').join('')]).toEqual([old, fresh]);
  });
});
