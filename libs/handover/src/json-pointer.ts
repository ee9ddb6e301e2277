/** RFC 6901. The empty pointer is the whole document. */
export function isPointer(text: string): boolean {
  return text.length <= 500 && /^(?:\/(?:[^~/\p{Cc}]|~[01])*)*$/u.test(text) && !segmentsOf(text).some(isUnsafe);
}

/** The value at a pointer; undefined: there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce<unknown>((value, segment) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    return (value as Record<string, unknown>)[segment];
  }, document);
}

/** Puts a value into a body: at a pointer, through objects that are made as needed, or at a plain name. */
export function putAt(body: Record<string, unknown>, name: string, value: unknown): void {
  const segments = name.startsWith('/') ? segmentsOf(name) : [name];
  let place = body;
  for (const segment of segments.slice(0, -1)) {
    const inner = Object.hasOwn(place, segment) ? place[segment] : undefined;
    if (isObject(inner)) place = inner;
    else {
      const made = {};
      place[segment] = made;
      place = made;
    }
  }
  place[segments.at(-1)!] = value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUnsafe(segment: string): boolean {
  return segment === '__proto__';
}

function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
