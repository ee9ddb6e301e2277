import { describe, expect, it } from 'vitest';
import { ApiError } from './problem.ts';
import { detailIn } from './problem-texts.ts';

describe('why something was refused', () => {
  it('is told in the language of the page, with the names and numbers that it is about', () => {
    const noAsset = new ApiError(422, 'asset.unknown', "there is no asset 'bin-99'");
    expect(detailIn('de', noAsset)).toBe('Es gibt kein Objekt „bin-99“.');
    expect(detailIn('en', noAsset)).toBe("there is no asset 'bin-99'");
    const failed = new ApiError(422, 'rule.examplesFailed', '1 of 3 examples of the rule fail');
    expect(detailIn('de', failed)).toBe('1 von 3 Beispielen der Regel stimmen nicht.');
  });

  it('names the fields that do not fit', () => {
    const errors = [
      { path: 'body.dueAt', message: 'must be a time' },
      { path: 'body.title', message: 'Too small' },
    ];
    const error = new ApiError(400, 'request.invalid', 'x', { errors });
    expect(detailIn('de', error)).toBe('Diese Angaben passen nicht: dueAt, title.');
  });

  it("is told in the API's own words where there are no others, and never with a hole in it", () => {
    expect(detailIn('de', new ApiError(422, 'thing.new', 'something new'))).toBe('something new');
    expect(detailIn('de', new ApiError(422, 'asset.unknown', 'no names here'))).toBe('no names here');
    expect(detailIn('de', new ApiError(503, 'telemetry.unavailable', 'x'))).toMatch(/gerade nicht erreichbar/u);
  });
});
