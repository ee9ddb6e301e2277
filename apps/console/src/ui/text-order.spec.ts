import { expect, it } from 'vitest';
import { compareTexts } from './text-order.ts';

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
