import type { Text } from '../api/types.ts';
import { type Language, language, useLanguage } from './language.ts';

/** The texts of a subject, each in both languages. */
export type Texts = Readonly<Record<string, Text>>;
export type Told<T extends Texts> = { readonly [Name in keyof T]: string };

const told = new WeakMap<Texts, Partial<Record<Language, Told<Texts>>>>();

/** All texts in one language. The same object for the same texts and language, so that it may be a dependency of hooks. */
export function textsIn<T extends Texts>(texts: T, spoken: Language): Told<T> {
  const known = told.get(texts) ?? {};
  told.set(texts, known);
  known[spoken] ??= Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text[spoken]]));
  return known[spoken] as Told<T>;
}

/** `const t = useTexts(TEXTS)`, then `t.save`. */
export function useTexts<T extends Texts>(texts: T): Told<T> {
  return textsIn(texts, useLanguage());
}

/** A text that came with data, in the present language. Components that show it also call `useTexts` or `usePick`. */
export function pick(text: Text): string {
  return text[language.get()];
}

/** `pick` for components: drawn again when the language changes. */
export function usePick(): (text: Text) => string {
  const spoken = useLanguage();
  return (text) => text[spoken];
}

/** Fills `{n}` and the like. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}
