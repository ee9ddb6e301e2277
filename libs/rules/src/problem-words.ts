import type { FileProblem, ParserCode } from '@stadtfunk/yaml';

type Pattern = readonly [english: RegExp, german: string];

/** Said behind what is expected. */
const HINTS: readonly Pattern[] = [
  [/ \(did you mean ('.*')\?\)$/, ' (gemeint vielleicht: $1)'],
  [/, as in (.+)$/, ', wie in $1'],
  [/, or the example shows nothing$/, ', sonst zeigt das Beispiel nichts'],
];

/** What the readers of rules expect, and what they found instead. A spec holds each of their texts against these. */
const TEXTS: readonly Pattern[] = [
  // Any field.
  [/^a text$/, 'ein Text'],
  [/^a name$/, 'ein Name'],
  [/^a German text$/, 'ein deutscher Text'],
  [/^an English text$/, 'ein englischer Text'],
  [/^at least one name$/, 'mindestens ein Name'],
  [/^true or false$/, 'true (ja) oder false (nein)'],
  [/^nothing: none is defined$/, 'nichts: es ist keines festgelegt'],
  [/^a whole number from (.*) to (.*)$/, 'eine ganze Zahl von $1 bis $2'],
  [/^a number from -Infinity to Infinity$/, 'eine Zahl'],
  [/^a number from (.*) to Infinity$/, 'eine Zahl ab $1'],
  [/^a number from (.*) to (.*)$/, 'eine Zahl von $1 bis $2'],
  [
    /^an ISO 8601 duration such as (\S+) or (\S+) \(no months or years\)$/,
    'eine Dauer nach ISO 8601 wie $1 oder $2 (keine Monate oder Jahre)',
  ],
  [
    /^an ISO 8601 duration such as (\S+) or (\S+) \(no months or years\) above zero$/,
    'eine Dauer nach ISO 8601 wie $1 oder $2, länger als null',
  ],
  [
    /^an ISO 8601 duration such as (\S+) or (\S+) \(no months or years\), or (asset\.\S+)$/,
    'eine Dauer nach ISO 8601 wie $1 oder $2 (keine Monate oder Jahre), oder $3',
  ],
  [
    /^an ISO 8601 duration such as (\S+) or (\S+) \(no months or years\) beside '(\w+)'$/,
    "neben '$3' eine Dauer nach ISO 8601 wie $1 oder $2 (keine Monate oder Jahre)",
  ],
  [/^no '(\w+)' beside 'the first step'$/, "kein '$1' bei der ersten Stufe"],
  [/^no '(\w+)' beside '(\w+)'$/, "kein '$1' neben '$2'"],
  [/^a mapping with (.*)$/, 'eine Zuordnung mit $1'],
  [/^at most (\d+) characters$/, 'höchstens $1 Zeichen'],
  [/^valid YAML$/, 'gültiges YAML'],
  [/^few aliases$/, 'wenige Verweise (Aliase)'],
  // The file.
  [/^version "1"$/, 'version "1"'],
  [/^a list of rules$/, 'eine Liste von Regeln'],
  [/^exactly one rule$/, 'genau eine Regel'],
  [/^an id that no other rule has$/, 'eine Kennung, die keine andere Regel hat'],
  // A rule.
  [/^an id such as (\S+) \(noun\.reason\)$/, 'eine Kennung wie $1 (Gegenstand.Grund)'],
  [/^the id of a department, or nothing$/, 'die Kennung einer Dienststelle, oder nichts'],
  [
    /^a condition that names (\w+), by which the job is due$/,
    'eine Bedingung, die $1 nennt: danach richtet sich die Frist des Auftrags',
  ],
  [
    /^steps with 'after', because a device that is silent shows nothing$/,
    "Stufen mit 'after': ein Gerät, das schweigt, zeigt nichts",
  ],
  [/^exactly one of when, unchanged and silent$/, 'genau eines von when, unchanged und silent'],
  [/^at most (\d+) alternatives joined by \|\|$/, 'höchstens $1 Möglichkeiten, durch || verbunden'],
  [/^a kind of job such as (\S+)$/, 'eine Art von Auftrag wie $1'],
  [/^at least two steps, or one severity without a list$/, 'mindestens zwei Stufen, oder eine Schwere ohne Liste'],
  [/^a severity worse than (\w+)$/, 'eine Schwere über $1'],
  [
    /^either 'after' or 'when' with each step but the first$/,
    "entweder 'after' oder 'when' in jeder Stufe außer der ersten",
  ],
  [/^a share above 0 and up to 1$/, 'ein Anteil über 0 und bis 1'],
  [/^at most (PT\d+H), because jobs wait that long$/, 'höchstens $1: so lange warten Aufträge'],
  [/^at most (P\d+D)$/, 'höchstens $1'],
  // Examples.
  [/^a list of at most (\d+) examples$/, 'eine Liste von höchstens $1 Beispielen'],
  [/^what the example shows$/, 'was das Beispiel zeigt'],
  [/^a time after the last reading was received$/, 'ein Zeitpunkt, nachdem die letzte Messung ankam'],
  [/^a moment such as (\S+)$/, 'ein Zeitpunkt wie $1'],
  [
    /^a duration after the start such as (\S+), or a moment such as (\S+)$/,
    'eine Dauer nach dem Beginn wie $1, oder ein Zeitpunkt wie $2',
  ],
  [/^a model$/, 'ein Modell'],
  [/^a district$/, 'ein Stadtteil'],
  [/^\[longitude, latitude\] in degrees$/, '[Länge, Breite] in Grad'],
  [/^a mapping with the asset's attributes$/, 'eine Zuordnung mit den Eigenschaften des Objekts'],
  [/^a list of (\d+) to (\d+) readings$/, 'eine Liste von $1 bis $2 Messungen'],
  [/^a reading with (.*)$/, 'eine Messung mit $1'],
  [
    /^a list of alerts, \[\] for none: without it the example expects nothing$/,
    'eine Liste von Alarmen, [] für keine: ohne sie erwartet das Beispiel nichts',
  ],
  [/^a list of (\{ .* \})$/, 'eine Liste von $1'],
  // Conditions.
  [
    /^a CEL expression, in quotes if it begins with a sign$/,
    'ein Ausdruck in CEL, in Anführungszeichen, wenn er mit einem Zeichen beginnt',
  ],
  [/^a (?:valid )?CEL expression$/, 'ein gültiger Ausdruck in CEL'],
  [/^an expression that is true or false$/, 'ein Ausdruck, der wahr oder falsch ist'],
  [
    /^a quantity, sunAltitude, (.*), asset\.…, reading\.… or previous\.…$/,
    'eine Größe, sunAltitude, $1, asset.…, reading.… oder previous.…',
  ],
  [/^a quantity$/, 'eine Größe'],
  [/^a quantity that is a number$/, 'eine Größe, die eine Zahl ist'],
  [/^one of the functions (.*)$/, 'eine der Funktionen $1'],
  [
    /^an ISO 8601 duration in quotes such as ('\S+'), from (\S+) to (\S+)$/,
    'eine Dauer nach ISO 8601 in Anführungszeichen wie $1, von $2 bis $3',
  ],
  [/^at most (\d+) questions about earlier readings$/, 'höchstens $1 Fragen nach früheren Messungen'],
  [/^no list of lists$/, 'keine Liste in einer Liste'],
  [/^==, contains, startsWith or endsWith$/, '==, contains, startsWith oder endsWith'],
  [/^[\w.<>]+ \((live|shadow)\)$/, '$&'],
  // Found.
  [/^nothing$/, 'nichts'],
  [/^none$/, 'keines'],
  [/^both$/, 'beides'],
  [/^a list$/, 'eine Liste'],
  [/^an empty list$/, 'eine leere Liste'],
  [/^a mapping$/, 'eine Zuordnung'],
  [/^(\d+) readings$/, '$1 Messungen'],
  [/^(when|unchanged|silent) and (.*)$/, '$1 und $2'],
  [/^the unknown key ('.*')$/, 'den unbekannten Schlüssel $1'],
  [/^'matches', which can take for ever$/, "'matches', das ewig dauern kann"],
  [/^('\w+') inside of another$/, '$1 innerhalb eines anderen'],
  [/^one of type (.*)$/, 'einer vom Typ $1'],
  // Of the CEL parser and checker.
  [/^unexpected character: (.*)$/, 'unerwartetes Zeichen: $1'],
  [/^unexpected token: EOF$/, 'das Ende, wo noch etwas kommen muss'],
  [/^unexpected token: (.*)$/, 'Unerwartetes: $1'],
  [/^expected (\S+), got (\S+)$/, '$2, wo $1 stehen muss'],
  [/^invalid number: (.*)$/, 'ungültige Zahl: $1'],
  [/^unterminated (?:triple-quoted )?string$/, 'ein Text ohne schließendes Anführungszeichen'],
  [/^newlines not allowed in single-quoted strings$/, 'ein Zeilenende in einem Text'],
  [/^reserved identifier: (.*)$/, 'ein Wort, das CEL sich vorbehält: $1'],
  [/^exceeded (\w+) \((\d+)\)$/, 'zu lang oder zu tief verschachtelt ($1: $2)'],
  [/^no such overload: (.*)$/, 'Dinge, die nicht zueinander passen: $1'],
  [/^found no matching overload for (.*)$/, 'Dinge, die nicht zueinander passen: $1'],
  [/^unknown variable: (.*)$/, 'unbekannter Name: $1'],
  // Last, for others begin so too.
  [/^one of (.*)$/, 'eines von $1'],
];

/** Names, numbers and quoted texts are the same in every language, and so is how functions are written, but for its placeholders. */
const SAME =
  /^(?:"(?:[^"\\]|\\.)*"\.*|'[^']*'|-?[\d.e+]+|true|false|null|[\w.]+(?:\(.*\))?|[\w.()]+ [-+*/%<>=!&|]+ .*|"[^"]*", as in .*)$/;
const PLACEHOLDERS: readonly Pattern[] = [
  [/<quantity or condition>/g, '<Größe oder Bedingung>'],
  [/<quantity>/g, '<Größe>'],
  [/<condition on each>/g, '<Bedingung für each>'],
  [/<condition>/g, '<Bedingung>'],
  [/<attribute>/g, '<Eigenschaft>'],
  [/<value>/g, '<Wert>'],
];

/** What the YAML parser found, by its codes. */
const PARSER: Readonly<Record<ParserCode, string>> = {
  ALIAS_PROPS: 'einen Verweis (*) mit Zusätzen; er steht für sich allein',
  BAD_ALIAS: 'einen Anker (&) oder Verweis (*) ohne gültigen Namen',
  BAD_COLLECTION_TYPE: 'eine Typangabe (!), die nicht zu dem passt, was dahinter steht',
  BAD_DIRECTIVE: 'eine Anweisung (%), die es nicht gibt',
  BAD_DQ_ESCAPE: 'einen Rückstrich (\\) in einem Text in doppelten Anführungszeichen, der nichts bedeutet',
  BAD_INDENT: 'eine Einrückung, die nicht zu den Zeilen darüber passt',
  BAD_PROP_ORDER: 'einen Anker (&) oder eine Typangabe (!) vor dem Zeichen, hinter das sie gehören',
  BAD_SCALAR_START: 'einen Text, der mit einem Sonderzeichen beginnt; er braucht Anführungszeichen',
  BLOCK_AS_IMPLICIT_KEY: 'einen zweiten Doppelpunkt in der Zeile; ein Text mit Doppelpunkt braucht Anführungszeichen',
  BLOCK_IN_FLOW: 'eingerückte Zeilen innerhalb von Klammern',
  DUPLICATE_KEY: 'einen Schlüssel, der hier schon einmal steht',
  IMPOSSIBLE: 'etwas, das so nicht stehen kann',
  KEY_OVER_1024_CHARS: 'einen Schlüssel mit mehr als 1024 Zeichen',
  MISSING_CHAR:
    'ein fehlendes Zeichen: Doppelpunkt, Komma, Klammer, Anführungszeichen, Leerzeichen oder der Strich vor einem Eintrag',
  MULTILINE_IMPLICIT_KEY: 'einen Schlüssel über mehrere Zeilen; vermutlich fehlt ein Doppelpunkt',
  MULTIPLE_ANCHORS: 'zwei Anker (&) an einer Stelle',
  MULTIPLE_DOCS: 'mehrere Dokumente in einem Text',
  MULTIPLE_TAGS: 'zwei Typangaben (!) an einer Stelle',
  NON_STRING_KEY: 'einen Schlüssel, der kein Text ist',
  RESOURCE_EXHAUSTION: 'zu tief Verschachteltes',
  TAB_AS_INDENT: 'einen Tabulator; eingerückt wird mit Leerzeichen',
  TAG_RESOLVE_FAILED: 'eine Typangabe (!), die es nicht gibt oder die nicht passt',
  UNEXPECTED_TOKEN: 'ein Zeichen, das hier nicht stehen kann',
};

/** A text of a problem in German; undefined: it is the words of somebody else, such as of the YAML parser. */
export function inGerman(text: string): string | undefined {
  for (const [english, german] of HINTS) {
    const hint = english.exec(text);
    if (!hint) continue;
    const before = inGerman(text.slice(0, hint.index));
    return before === undefined ? undefined : placed(before + hint[0].replace(english, german));
  }
  const within = /^(.*) in (\w+)\(…\)$/.exec(text);
  if (within) {
    const inner = inGerman(within[1]!);
    return inner === undefined ? undefined : `${inner} in ${within[2]}(…)`;
  }
  const known = TEXTS.find(([english]) => english.test(text));
  if (known) return placed(text.replace(...known));
  return SAME.test(text) || text.includes('<') ? placed(text) : undefined;
}

function placed(text: string): string {
  return PLACEHOLDERS.reduce((told, pattern) => told.replace(...pattern), text);
}

/** What is wrong, as a sentence in both languages. What only the parser of expressions can say is told in its words. */
export function problemSentence({
  expected,
  found,
  parserCode,
}: Pick<FileProblem, 'expected' | 'found' | 'parserCode'>): {
  readonly de: string;
  readonly en: string;
} {
  const inside = parserCode === undefined ? inGerman(found) : PARSER[parserCode];
  return {
    de: `Erwartet: ${inGerman(expected) ?? expected}. Gefunden: ${inside ?? found}.`,
    en: `Expected: ${expected}. Found: ${found}.`,
  };
}
