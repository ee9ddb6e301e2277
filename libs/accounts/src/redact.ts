/** What is secret, whatever it is called in a body. */
const SECRET = /pass|secret|token|code$|link|hash|authorization|verifier|credential/i;
/** Not secret, although it sounds so. */
const HARMLESS = /^(?:postalCode|plannedCode|reasonCode)$/i;
/** Why something was refused, `job.wrongState`, under a name that ends in `code`. */
const REASON = /^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/;
const MOST_CHARACTERS = 8_000;
const MOST_DEPTH = 12;

/** A body as it may be kept: secrets left out, what is too long cut off. */
export function redacted(value: unknown): unknown {
  const kept = withoutSecrets(value, 0);
  const text = JSON.stringify(kept) as string | undefined;
  if (text === undefined || text.length <= MOST_CHARACTERS) return kept ?? null;
  return { cut: `${text.length} characters`, begin: text.slice(0, 500) };
}

/** As it can be kept by any database: without NUL and halves of surrogate pairs, with which nobody hides what he tried. */
export function keepable(text: string): string {
  return text.replaceAll(/\p{Surrogate}|\0/gu, '\ufffd');
}

const isReason = (key: string, item: string) => /code$/i.test(key) && REASON.test(item);
const isThing = (value: unknown) => typeof value === 'object' && value !== null;

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return keepable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MOST_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isSecret =
        SECRET.test(key) &&
        !HARMLESS.test(key) &&
        ((typeof item === 'string' && !isReason(key, item)) || isThing(item));
      return [keepable(key), isSecret ? '(not kept)' : withoutSecrets(item, depth + 1)];
    }),
  );
}

/** The members that differ, as they were and as they are. A thing that came or went: all of them. */
export function differences(
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
): { readonly before: Record<string, unknown> | null; readonly after: Record<string, unknown> | null } | null {
  if (!before || !after)
    return before === after ? null : { before: before && { ...before }, after: after && { ...after } };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed.length === 0) return null;
  const pick = (from: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
