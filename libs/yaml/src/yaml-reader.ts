import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { nearest, shown, type FileProblem } from './problem.ts';

/** A value of the file with the place where it stands. `node` is null where nothing stands. */
export interface Spot {
  readonly path: string;
  readonly node: Node | null;
  /** Where a person has to look if nothing stands here: offset of the key, or of the mapping that lacks it. */
  readonly offset: number;
}

/** These files are written by people. */
const MAX_LENGTH = 1_000_000;

/** Reads one YAML file value by value and collects everything that is wrong, each with its line. */
export class YamlReader {
  readonly problems: FileProblem[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text.length > MAX_LENGTH ? '' : text;
    this.#document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    if (text.length > MAX_LENGTH) {
      this.problemAt(0, '', `at most ${MAX_LENGTH} characters`, String(text.length));
    }
    for (const { pos, code, message } of [...this.#document.errors, ...this.#document.warnings]) {
      this.#note(pos[0], { path: '', expected: 'valid YAML', found: message.split('\n')[0]!, parserCode: code });
    }
  }

  get root(): Spot {
    return { path: '', node: this.#document.contents, offset: 0 };
  }

  lineOf(spot: Spot): number {
    return this.#position(spot.node?.range?.[0] ?? spot.offset).line;
  }

  problem(spot: Spot, expected: string, found = shown(valueOf(spot))): void {
    this.problemAt(spot.node?.range?.[0] ?? spot.offset, spot.path, expected, found);
  }

  /** A problem inside of a text: `index` counts in the value, which may stand folded over several lines. */
  problemInside(spot: Spot, index: number, expected: string, found: string): void {
    this.problemAt(this.#sourceOffset(spot, index), spot.path, expected, found);
  }

  problemAt(offset: number, path: string, expected: string, found: string): void {
    this.#note(offset, { path, expected, found });
  }

  /** The fields of a mapping; unknown keys are problems. Undefined where it is none. */
  fields<K extends string>(spot: Spot, keys: readonly K[]): Readonly<Record<K, Spot>> | undefined {
    const node = this.#resolve(spot.node);
    if (!isMap(node)) {
      this.problem(spot, `a mapping with ${keys.join(', ')}`);
      return undefined;
    }
    const offset = node.range?.[0] ?? spot.offset;
    const pathOf = (key: string) => (spot.path === '' ? key : `${spot.path}.${key}`);
    const fields: Record<string, Spot> = Object.fromEntries(
      keys.map((key) => [key, { path: pathOf(key), node: null, offset }]),
    );
    for (const pair of node.items) {
      const keyNode = pair.key as Node;
      const key = String(isScalar(keyNode) ? keyNode.value : keyNode);
      const keyOffset = keyNode.range?.[0] ?? offset;
      if (!Object.hasOwn(fields, key)) {
        const close = nearest(key, keys);
        const expected = close === undefined ? `one of ${keys.join(', ')}` : `'${close}'`;
        this.problemAt(keyOffset, pathOf(key), expected, `the unknown key '${key}'`);
        continue;
      }
      fields[key] = { path: pathOf(key), node: this.#resolve(pair.value as Node | null), offset: keyOffset };
    }
    return fields as Record<K, Spot>;
  }

  items(spot: Spot): readonly Spot[] | undefined {
    const node = this.#resolve(spot.node);
    if (!isSeq(node)) return undefined;
    return node.items.map((item, index) => ({
      path: `${spot.path}[${index}]`,
      node: this.#resolve(item as Node),
      offset: node.range?.[0] ?? spot.offset,
    }));
  }

  /** What stands here as plain data. Undefined, with a problem noted, where aliases would make it huge. */
  plain(spot: Spot): unknown {
    try {
      return spot.node?.toJS(this.#document, { maxAliasCount: 100 });
    } catch (thrown) {
      if (!(thrown instanceof ReferenceError)) throw thrown;
      this.problem(spot, 'few aliases', thrown.message);
      return undefined;
    }
  }

  #note(offset: number, problem: Omit<FileProblem, 'file' | 'line' | 'column'>): void {
    this.problems.push({ file: this.#file, ...this.#position(offset), ...problem });
  }

  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }

  #position(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** Walks the value along its source: quotes, escapes, indentation and folded line ends stand only in the source. */
  #sourceOffset({ node, offset }: Spot, index: number): number {
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return offset;
    let at = node.range[0];
    for (let place = 0; place <= index; place++) {
      const character = node.value[place];
      if (character === undefined) break;
      if (/\s/.test(character)) continue;
      const found = this.#text.indexOf(character, place === 0 ? at : at + 1);
      if (found === -1 || found >= node.range[1]) break;
      at = found;
    }
    return at;
  }
}

/** Whether nothing, or `null`, stands here. */
export function isAbsent({ node }: Spot): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** The plain value of a scalar; a stand-in for collections, good for telling people. */
export function valueOf({ node }: Spot): unknown {
  if (node === null) return undefined;
  if (isScalar(node)) return node.value;
  return isSeq(node) ? [] : {};
}
