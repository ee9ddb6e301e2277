import type { Texts } from '../i18n/texts.ts';

export const SITUATION_TEXTS = {
  title: { de: 'Lage', en: 'Situation' },
} as const satisfies Texts;
