const keys = new Map<string, string>();
/** More texts than a city has names are no city's. */
const MOST_KEYS = 200_000;
/** Of a number in a name. */
const DIGITS = 12;

/**
 * As a German directory orders names (DIN 5007-1: umlauts like their vowels), capitals like small letters, numbers by their value. By keys
 * that are made once, because ten thousand names take a collator long enough to be felt.
 */
export function compareTexts(one: string, other: string): number {
  const [a, b] = [keyOf(one), keyOf(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf(text: string): string {
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'));
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(text, key);
  return key;
}

/**
 * Makes the keys of many texts while the browser has nothing else to do, so that who sorts by them need not wait.
 * What this gives ends it.
 */
export function prepareOrder(texts: readonly string[]): () => void {
  // Safari has no idle time to give.
  if (!('requestIdleCallback' in window)) return () => undefined;
  let next = 0;
  const prepare = (deadline: IdleDeadline) => {
    for (; next < texts.length && deadline.timeRemaining() > 1; next++) keyOf(texts[next] ?? '');
    if (next < texts.length) handle = window.requestIdleCallback(prepare);
  };
  let handle = window.requestIdleCallback(prepare);
  return () => window.cancelIdleCallback(handle);
}
