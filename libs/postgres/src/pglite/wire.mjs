// The few parts of the PostgreSQL wire protocol (version 3.0, "Frontend/Backend Protocol") that several sessions over
// one PGlite need. Plain JavaScript: a worker thread of Node 20 cannot run TypeScript.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Type byte, length that counts itself, body. */
export function message(type, body) {
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setInt32(1, 4 + body.length);
  bytes.set(body, 5);
  return bytes;
}

export function concat(parts) {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function int32At(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** The text from `at` to the next zero byte. */
export function textAt(bytes, at) {
  return decoder.decode(bytes.subarray(at, bytes.indexOf(0, at)));
}

export const simpleQuery = (sql) => message('Q', encoder.encode(`${sql}\0`));

/** What a server says after a start-up message that needs no password. */
export function welcome() {
  const parameter = (name, value) => message('S', encoder.encode(`${name}\0${value}\0`));
  return concat([
    message('R', new Uint8Array(4)),
    parameter('server_version', '18.0'),
    parameter('server_encoding', 'UTF8'),
    parameter('client_encoding', 'UTF8'),
    parameter('DateStyle', 'ISO, MDY'),
    parameter('TimeZone', 'UTC'),
    parameter('integer_datetimes', 'on'),
    parameter('standard_conforming_strings', 'on'),
    message('K', new Uint8Array(8)),
    message('Z', encoder.encode('I')),
  ]);
}

/** An ErrorResponse after which the session is over. */
export function fatal(code, text) {
  return message('E', encoder.encode(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
}

/** `search_path` of the `options` in a start-up message, or undefined. */
export function searchPathOf(startup) {
  const words = decoder.decode(startup.subarray(8)).split('\0');
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (words[at] === 'options') return /-c\s*search_path=(\S+)/.exec(words[at + 1])?.[1];
  }
  return undefined;
}
