import { afterEach, expect, it, vi } from 'vitest';
import { compareTexts, prepareOrder } from './text-order.ts';

it('orders names as a German directory does, with numbers by their value', () => {
  const names = [
    'Öderstraße 2',
    'Oderstraße 10',
    'Oderstraße 9',
    'Ostend',
    'oderbruch',
    'Straße 1',
    'Strasse 2',
    'Z',
    'Ä',
  ];
  const collator = new Intl.Collator('de', { numeric: true });
  expect(names.toSorted(compareTexts)).toEqual([
    ...['Ä', 'oderbruch', 'Öderstraße 2', 'Oderstraße 9', 'Oderstraße 10', 'Ostend', 'Straße 1', 'Strasse 2', 'Z'],
  ]);
  expect(names.toSorted(compareTexts)).toEqual(names.toSorted(collator.compare));
});

afterEach(() => vi.unstubAllGlobals());

it('is prepared a little at a time, while the browser has time', () => {
  const idle: ((deadline: object) => void)[] = [];
  const requestIdleCallback = (callback: (deadline: object) => void) => idle.push(callback);
  vi.stubGlobal('window', { requestIdleCallback, cancelIdleCallback: () => undefined });
  const normalize = vi.spyOn(String.prototype, 'normalize');
  let turns = 3;
  prepareOrder(['Nordring 1', 'Nordring 2', 'Nordring 3', 'Nordring 4', 'Nordring 5']);
  idle.shift()?.({ timeRemaining: () => (turns-- > 0 ? 5 : 0) });
  expect([normalize.mock.calls.length, idle.length]).toEqual([3, 1]);
  idle.shift()?.({ timeRemaining: () => 50 });
  expect([normalize.mock.calls.length, idle.length]).toEqual([5, 0]);

  compareTexts('Nordring 4', 'Nordring 5');
  expect(normalize).toHaveBeenCalledTimes(5);
  normalize.mockRestore();
});
