import type { Texts } from '../i18n/texts.ts';

/** What attributes of assets can say, where that is one of few words: of the Smart Data Models, and of the kinds of streets. */
export const ATTRIBUTE_VALUES = {
  municipal: { de: 'kommunal', en: 'municipal' },
  household: { de: 'Haushalte', en: 'households' },
  glass: { de: 'Glas', en: 'glass' },
  paper: { de: 'Papier', en: 'paper' },
  plastic: { de: 'Kunststoff', en: 'plastic' },
  organic: { de: 'Bioabfall', en: 'organic' },
  other: { de: 'sonstiger', en: 'other' },
  onStreet: { de: 'am Straßenrand', en: 'on the street' },
  forResidents: { de: 'für Bewohner', en: 'for residents' },
  shopping: { de: 'Einkaufsstraße', en: 'shopping street' },
  residential: { de: 'Wohnstraße', en: 'residential street' },
  arterial: { de: 'Hauptverkehrsstraße', en: 'arterial road' },
  industrial: { de: 'Gewerbegebiet', en: 'industrial area' },
} as const satisfies Texts;
