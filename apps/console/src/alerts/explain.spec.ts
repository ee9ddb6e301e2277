import { describe, expect, it } from 'vitest';
import type { Quantity } from '../api/types.ts';
import { furtherValues, type Speech, type Term, termText } from './explain.ts';
import { EXPLANATION_TEXTS, type ExplanationTexts } from './explanation-texts.ts';

const quantity = (name: Quantity['name'], unit: string, de: string): [string, Quantity] => [
  name,
  { name, unit, kind: 'number', min: null, max: null, of: 'asset', label: { de, en: name }, source: '' },
];
const german = Object.fromEntries(
  Object.entries(EXPLANATION_TEXTS).map(([name, { de }]) => [name, de]),
) as ExplanationTexts;
const speech: Speech = {
  fill: (text, values) => text.replace(/\{(\w+)\}/g, (_hole, name: string) => String(values[name])),
  t: german,
  quantities: new Map([
    quantity('fillingLevel', '1', 'Füllstand'),
    quantity('temperature', 'Cel', 'Temperatur'),
    quantity('containerFull', '1', 'Voll (Sensor)'),
  ]),
  pick: ({ de }) => de,
  number: (value) => String(value).replace('.', ','),
  percent: (share) => `${Math.round(share * 100)} %`,
  duration: (ms) => `${ms / 60_000} Min.`,
};
const term = (text: string, values: Term['values'], threshold: Term['threshold'] = null): Term => {
  return { text, answer: true, values, threshold };
};

describe('the explanation of an alert in words', () => {
  it.each([
    [
      term('fillingLevel >= 0.85', { fillingLevel: 0.93 }, { value: 0.93, operator: '>=', limit: 0.85 }),
      'Füllstand mindestens 85 % – gemessen: 93 %',
      'Füllstand mindestens 85 %',
    ],
    [
      term('60.0 < reading.temperature', { temperature: 71.234 }, { value: 71.234, operator: '>', limit: 60 }),
      'Temperatur über 60\u00a0°C – gemessen: 71,23\u00a0°C',
      'Temperatur über 60\u00a0°C',
    ],
    [
      term(
        'silenceMs >= 7200000',
        { silenceMs: 7_800_000, intervalMs: 3_600_000 },
        { value: 7_800_000, operator: '>=', limit: 7_200_000 },
      ),
      'Funkstille mindestens 120 Min. – gemessen: 130 Min.',
      'Funkstille mindestens 120 Min.',
    ],
    [
      term('previous.fillingLevel == 1.0', { 'previous.fillingLevel': 1 }, { value: 1, operator: '==', limit: 1 }),
      'Füllstand der Messung davor gleich 100 % – gemessen: 100 %',
      'Füllstand der Messung davor gleich 100 %',
    ],
    [term('containerFull', { containerFull: true }), 'Voll (Sensor): ja', 'Voll (Sensor): ja'],
    [term('!reading.containerFull', { containerFull: true }), 'Voll (Sensor): ja', 'Voll (Sensor): nein'],
  ])('says %j', (said, asItWas, asItWouldBe) => {
    expect(termText(said, speech)).toBe(asItWas);
    expect(termText(said, speech, true)).toBe(asItWouldBe);
  });

  it('says a formula as the rule does, with the values of what it names', () => {
    const rise = term(
      'fillingLevel - previous.fillingLevel <= 0.3',
      // One of them is as high as the difference, and not meant by it.
      { fillingLevel: 0.2, 'previous.fillingLevel': 0.1 },
      { value: 0.1, operator: '<=', limit: 0.3 },
    );

    expect(termText(rise, speech)).toBe('fillingLevel - previous.fillingLevel <= 0.3');
    expect(furtherValues(rise, speech)).toEqual(['Füllstand: 20 %', 'Füllstand der Messung davor: 10 %']);
  });

  it('does not say a value twice', () => {
    const level = term('fillingLevel >= 0.85', { fillingLevel: 0.93 }, { value: 0.93, operator: '>=', limit: 0.85 });

    expect(furtherValues(level, speech)).toEqual([]);
    expect(furtherValues(term('containerFull', { containerFull: true }), speech)).toEqual([]);
  });
});
