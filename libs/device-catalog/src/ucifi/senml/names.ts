import { isDigits } from '../../bytes.ts';

/** A resource as a name in a pack gives it: `urn:dev:imei:490154203237518:3416/0/3`, `/3416/0/3`. */
export interface ResourcePath {
  /** `object/resource`. */
  readonly key: string;
  readonly object: string;
  readonly instance: string;
  readonly resource: string;
}

/** The path at the end of a name; undefined if it does not end in `object/instance/resource[/resource instance]`. */
export function pathOf(name: string): ResourcePath | undefined {
  let from = name.lastIndexOf(':') + 1;
  if (name.charCodeAt(from) === 47) from++;
  const object = digitsEnd(name, from);
  if (object === from || name.charCodeAt(object) !== 47) return undefined;
  const instance = digitsEnd(name, object + 1);
  if (instance === object + 1 || name.charCodeAt(instance) !== 47) return undefined;
  const resource = digitsEnd(name, instance + 1);
  if (resource === instance + 1) return undefined;
  if (resource !== name.length) {
    if (name.charCodeAt(resource) !== 47 || digitsEnd(name, resource + 1) !== name.length) return undefined;
  }
  const objectId = name.slice(from, object);
  const resourceId = name.slice(instance + 1, resource);
  return {
    key: `${objectId}/${resourceId}`,
    object: objectId,
    instance: name.slice(object + 1, instance),
    resource: resourceId,
  };
}

/** The last word of a name: behind the last `/`, `:` or `.`. */
export function lastWord(name: string): string {
  let at = name.length;
  while (at > 0) {
    const code = name.charCodeAt(at - 1);
    if (code === 47 || code === 58 || code === 46) break;
    at--;
  }
  return name.slice(at);
}

/** The IMEI that a name carries (`urn:dev:imei:…`, `urn:imei:…`), undefined if none. */
export function imeiOf(name: string): string | undefined {
  const at = name.indexOf('imei:');
  if (at < 0) return undefined;
  const digits = name.slice(at + 5, digitsEnd(name, at + 5));
  return isDigits(digits, 15) ? digits : undefined;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
    at++;
  }
  return at;
}
