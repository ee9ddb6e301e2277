/**
 * Rewrites Dragino's dialect to JSON: rows in braces `{221,2023/09/20 09:47:01}` become `[221,"2023/09/20 09:47:01"]`, and
 * bare words (`"Model":DDS45-NB`, seen in the wiki's samples) become texts. One pass, no backtracking; what is
 * beyond repair comes out as something that JSON.parse refuses.
 */
export function repairJson(text: string): string {
  let repaired = '';
  /** Closing bracket of each open brace. */
  const closing: string[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '"') {
      const end = endOfString(text, at);
      repaired += text.slice(at, end);
      at = end;
    } else if (char === '{') {
      const next = text[skipBlanks(text, at + 1)];
      const isRow = next !== '"' && next !== '}';
      closing.push(isRow ? ']' : '}');
      repaired += isRow ? '[' : '{';
      at++;
    } else if (char === '}') {
      repaired += closing.pop() ?? '}';
      at++;
    } else if (char === ',' || char === ':' || char === '[' || char === ']' || isBlank(char)) {
      repaired += char;
      at++;
    } else {
      const end = endOfWord(text, at, closing.at(-1) === ']');
      const word = text.slice(at, end).trim();
      repaired += isLiteral(word) ? word : JSON.stringify(word);
      at = end;
    }
  }
  return repaired;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at]!)) at++;
  return at;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/** Inside a row a colon belongs to the time of day. */
function endOfWord(text: string, from: number, inRow: boolean): number {
  let at = from;
  while (at < text.length) {
    const char = text[at]!;
    if (char === ',' || char === '}' || char === ']' || char === '"' || char === '{') return at;
    if (char === ':' && !inRow) return at;
    at++;
  }
  return at;
}

function isLiteral(word: string): boolean {
  return word === 'true' || word === 'false' || word === 'null' || (word !== '' && Number.isFinite(Number(word)));
}
