/** An address as the numbers it consists of: four bytes of IPv4, or eight groups of 16 bits of IPv6. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly groups: readonly number[];
}

const BYTE = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/**
 * An address in the notation of resolvers and of URLs that were parsed: no octal, no short forms, no zone. Undefined for all
 * else. An IPv4 address within an IPv6 one (`::ffff:10.0.0.1`, RFC 4291, 2.5.5.2) is the IPv4 address.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const bytes = bytesOf(text);
    return bytes && { family: 4, groups: bytes };
  }
  const groups = groupsOf(text);
  if (!groups) return undefined;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return { family: 6, groups };
  return { family: 4, groups: groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]) };
}

function bytesOf(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 45) return undefined;
  const sides = halves.map((half, index) => sideOf(half, index === halves.length - 1));
  const [head, tail] = sides;
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail!.length;
  return missing < 1 ? undefined : [...head, ...Array.from({ length: missing }, () => 0), ...tail!];
}

/** Groups with colons between; at the end of the whole address an IPv4 address may stand for two. */
function sideOf(half: string, isEnd: boolean): readonly number[] | undefined {
  if (half === '') return [];
  const parts = half.split(':');
  const last = parts.at(-1)!;
  const bytes = isEnd && last.includes('.') ? bytesOf(last) : undefined;
  const plain = bytes ? parts.slice(0, -1) : parts;
  if (!plain.every((part) => GROUP.test(part))) return undefined;
  const groups = plain.map((part) => Number.parseInt(part, 16));
  return bytes ? [...groups, (bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!] : groups;
}
