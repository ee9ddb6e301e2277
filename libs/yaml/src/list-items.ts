import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  stringify,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';

/** Where the items of a list stand in a file of this project: a mapping with one list under a key. */
interface Listed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly items: readonly Node[];
}

function listed(text: string, key: string): Listed | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const list = document.contents.get(key, true);
  return isSeq(list) ? { document, lines, items: list.items as Node[] } : undefined;
}

/** Items as plain data. Undefined where the text has no such list, or aliases would make it huge. */
export function plainItems(text: string, key: string): readonly unknown[] | undefined {
  const found = listed(text, key);
  if (!found) return undefined;
  try {
    return found.items.map((item): unknown => item.toJS(found.document, { maxAliasCount: 100 }));
  } catch (thrown) {
    if (thrown instanceof ReferenceError) return undefined;
    throw thrown;
  }
}

/**
 * An item with the lines of comment that stand right before it, as it was written. Undefined where it does not stand on lines of
 * its own.
 */
export function linesOfItem(text: string, key: string, index: number): string | undefined {
  const found = listed(text, key);
  const lineOf = (node: Node | undefined) => node?.range && found!.lines.linePos(node.range[0]).line - 1;
  const item = found?.items[index];
  const begin = lineOf(item);
  if (!item?.range || begin === undefined || begin === null) return undefined;
  const lines = text.split('\n');
  if (!/^\s*-\s/.test(lines[begin] ?? '')) return undefined;
  const after = lineOf(found!.items[index + 1]);
  let first = begin;
  while (/^\s*#/.test(lines[first - 1] ?? '')) first--;
  // The last line that has something of the item: the end of its range is where the next thing begins.
  let last = (after ?? found!.lines.linePos(item.range[1]).line) - 1;
  while (last > begin && /^\s*(#.*)?$/.test(lines[last] ?? '')) last--;
  return lines.slice(first, last + 1).join('\n');
}

/** An item written anew. */
export function writtenItem(key: string, item: unknown, before: Readonly<Record<string, unknown>>): string {
  return stringify({ ...before, [key]: [item] }, { lineWidth: 120 });
}

/**
 * The text with another value of a field of the first item, or without it (null): everything else stays as it was written. The
 * field must be a word, and comes after `behind` if it is new. The text as it is, where there is no such item.
 */
export function withField(text: string, key: string, field: string, value: string | null, behind: string): string {
  const found = listed(text, key);
  const item = found?.items[0];
  if (!found || !isMap(item)) return text;
  const [old, neighbour] = [placeOf(item, field), placeOf(item, behind)];
  if (value === null) return old ? without(text, item, old) : text;
  if (old) return text.slice(0, old.valueFrom) + value + text.slice(old.to);
  if (!neighbour) return text;
  if (item.flow) return `${text.slice(0, neighbour.to)}, ${field}: ${value}${text.slice(neighbour.to)}`;
  const column = found.lines.linePos(neighbour.from).col - 1;
  const end = lineEnd(text, neighbour.to);
  return `${text.slice(0, end)}\n${' '.repeat(column)}${field}: ${value}${text.slice(end)}`;
}

interface Place {
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

function placeOf(map: YAMLMap, field: string): Place | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === field);
  const [from, valueRange] = [(pair?.key as Node | undefined)?.range?.[0], (pair?.value as Node | null)?.range];
  return from === undefined || !valueRange ? undefined : { from, valueFrom: valueRange[0], to: valueRange[1] };
}

function without(text: string, item: YAMLMap, { from, to }: Place): string {
  if (item.flow) {
    const comma = /^\s*,\s*/.exec(text.slice(to));
    if (comma) return text.slice(0, from) + text.slice(to + comma[0].length);
    return text.slice(0, from).replace(/,\s*$/, '') + text.slice(to);
  }
  const lineFrom = text.lastIndexOf('\n', from - 1) + 1;
  // The first field stands behind the dash of its item.
  if (text.slice(lineFrom, from).trim() !== '') {
    return text.slice(0, from) + text.slice(lineEnd(text, to) + 1).replace(/^\s*/, '');
  }
  return text.slice(0, lineFrom) + text.slice(lineEnd(text, to) + 1);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
