import type { Text } from '../api/types.ts';
import { OPERATOR_GERMAN } from './operator-german.ts';

export interface OperatorHelp {
  /** As its section is called: `mean`, `<, <=, >, >=`. */
  readonly name: string;
  readonly text: Text;
  /** A rule that uses it. */
  readonly example: string;
  /** What goes into the text at the caret. */
  readonly insert: string;
}

const WINDOWS = ['mean', 'min', 'max', 'slope', 'rise', 'fall'];
const CONDITIONS = ['count', 'changes', 'share', 'held'];
const OF_TEXTS = ['contains', 'startsWith', 'endsWith'];
const OF_LISTS = ['all', 'exists', 'exists_one', 'filter'];

/** The sections of the documentation whose examples are tests, but for the quantities and the keys, which stand apart. */
export const OPERATOR_HELP: readonly OperatorHelp[] = Object.values(
  import.meta.glob<string>('../../../../docs/rule-operators.md', { query: '?raw', import: 'default', eager: true }),
).flatMap(operatorsIn);

export function operatorsIn(markdown: string): readonly OperatorHelp[] {
  return markdown.split(/^## /m).flatMap((chapter) => {
    if (chapter.startsWith('Keys')) return [];
    return chapter
      .split(/^### /m)
      .slice(1)
      .flatMap((section) => {
        const [title = '', ...rest] = section.split('\n');
        const body = rest.join('\n');
        const example = /```yaml\n([\s\S]*?)```/.exec(body)?.[1]?.trimEnd();
        if (example === undefined || title === 'Quantities') return [];
        const name = title.replaceAll('`', '');
        const text = plain(body.slice(0, body.indexOf('```')).trim().replace(/\s+/g, ' '));
        return [{ name, text: { de: OPERATOR_GERMAN[name] ?? text, en: text }, example, insert: insertOf(name) }];
      });
  });
}

/** Links and code signs mean nothing outside of Markdown. */
function plain(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}

function insertOf(name: string): string {
  if (WINDOWS.includes(name)) return `${name}(fillingLevel, 'PT6H')`;
  if (CONDITIONS.includes(name)) return `${name}(fillingLevel > 0.5, 'PT6H')`;
  if (OF_TEXTS.includes(name)) return `asset.name.${name}('')`;
  if (OF_LISTS.includes(name)) return `asset.tags.${name}(tag, tag == '')`;
  const special: Readonly<Record<string, string>> = {
    hoursSince: 'hoursSince(previous.fillingLevel)',
    has: 'has(reading.tilt)',
    reading: 'reading.',
    previous: 'previous.',
    asset: 'asset.',
    size: 'asset.tags.size()',
    lowerAscii: 'asset.name.lowerAscii()',
    map: 'asset.tags.map(tag, tag)',
    double: 'double()',
    int: 'int()',
    string: 'string()',
    '?:': ' ? : ',
    '[]': '[]',
    '{}': '{}',
  };
  // Of several names, such as `<, <=`, the first.
  const [first = name] = name.split(', ');
  return special[name] ?? (/^\w/.test(first) ? first : ` ${first} `);
}
