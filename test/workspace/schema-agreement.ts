/** A schema for editors, and the reader that has the last word: they have to say the same of a file. */
export interface Agreement {
  /** Whether the reader accepts a file with this text; JSON is YAML. */
  readonly reader: (text: string) => boolean;
  readonly schema: (file: unknown) => boolean;
  /** In the place of any value; undefined: the key is missing. */
  readonly strange: readonly unknown[];
  /** Paths of what takes more than one value to judge: there the schema may let more pass than the reader. */
  readonly beyond: RegExp;
}

interface Variant {
  readonly path: string;
  readonly file: unknown;
}

export interface Disagreements {
  /** Files that were compared. */
  readonly count: number;
  /** The reader accepts what the schema refuses, by path and text. */
  readonly tooStrict: readonly string[];
  /** The schema accepts what the reader refuses. */
  readonly tooLax: readonly string[];
}

/** Compares the two over a file with each of its parts in turn replaced by each strange value, or joined by an unknown key. */
export function disagreements(file: unknown, { reader, schema, strange, beyond }: Agreement): Disagreements {
  const tooStrict: string[] = [];
  const tooLax: string[] = [];
  let count = 0;
  for (const { path, file: variant } of variants(file, '', strange)) {
    const text = JSON.stringify(variant);
    if (text === undefined) continue;
    count++;
    const [readerAccepts, schemaAccepts] = [reader(text), schema(JSON.parse(text))];
    const told = `${path} ${text.slice(0, 300)}`;
    if (readerAccepts && !schemaAccepts) tooStrict.push(told);
    if (schemaAccepts && !readerAccepts && !beyond.test(path)) tooLax.push(told);
  }
  return { count, tooStrict, tooLax };
}

function* variants(value: unknown, path: string, strange: readonly unknown[]): Generator<Variant> {
  for (const file of strange) yield { path, file };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const variant of variants(item, `${path}[${index}]`, strange)) {
        yield { path: variant.path, file: value.with(index, variant.file) };
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    yield { path: `${path}.unknown`, file: { ...value, unknown: 1 } };
    for (const [key, item] of Object.entries(value)) {
      for (const variant of variants(item, `${path}.${key}`, strange)) {
        yield { path: variant.path, file: { ...value, [key]: variant.file } };
      }
    }
  }
}
