import type { AlertVerdict } from '../exam/score.ts';
import type { IncidentKind } from '../truth/incident.ts';
import type { Language } from './labels.ts';

type Text = Readonly<Record<Language, string>>;

/** What can be so in the city, in words. */
const INCIDENTS: Readonly<Record<IncidentKind, Text>> = {
  'bin.full': { de: 'Behälter voll', en: 'container full' },
  'bin.overfull': { de: 'Behälter übervoll', en: 'container overfull' },
  'bin.fire': { de: 'Brand im Behälter', en: 'container on fire' },
  'bin.tipped': { de: 'Behälter umgekippt', en: 'container tipped over' },
  'bin.lidOpen': { de: 'Deckel offen', en: 'lid open' },
  'spot.overstay': { de: 'länger geparkt als erlaubt', en: 'parked longer than allowed' },
  'spot.abandoned': { de: 'Auto abgestellt', en: 'car abandoned' },
  'lamp.dark': { de: 'Leuchte dunkel', en: 'lamp dark' },
  'lamp.dayBurner': { de: 'Leuchte brennt am Tag', en: 'lamp burns by day' },
  'lamp.failure': { de: 'Lampenausfall', en: 'lamp failure' },
  'lamp.controlGear': { de: 'Ausfall des Vorschaltgeräts', en: 'control gear failure' },
  'lamp.relay': { de: 'Relaisfehler', en: 'relay failure' },
  'lamp.cycling': { de: 'Leuchte flackert', en: 'lamp cycling' },
  'cabinet.outage': { de: 'Schaltschrank ausgefallen', en: 'cabinet outage' },
  'device.silent': { de: 'Gerät stumm', en: 'device silent' },
  'device.noMeasurement': { de: 'Gerät misst nicht', en: 'device measures nothing' },
  'sensor.wrong': { de: 'Sensor misst falsch', en: 'sensor wrong' },
  'battery.low': { de: 'Batterie schwach', en: 'battery low' },
  'clock.wrong': { de: 'Uhr falsch', en: 'clock wrong' },
};

const VERDICTS: Readonly<Record<AlertVerdict, Text>> = {
  right: { de: 'richtig', en: 'right' },
  false: { de: 'Fehlalarm', en: 'false' },
  misled: { de: 'getäuscht', en: 'misled' },
  undecided: { de: 'offen', en: 'undecided' },
};

export function incidentName(kind: IncidentKind, language: Language): string {
  return INCIDENTS[kind][language];
}

export function verdictName(verdict: AlertVerdict, language: Language): string {
  return VERDICTS[verdict][language];
}
