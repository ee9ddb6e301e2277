import { Fault } from '@stadtfunk/kernel';

/** The last reading shown. */
export interface PageKey {
  readonly observedAt: number;
  readonly deviceId: string;
}

const LIST = 'readings';
const LONGEST_CURSOR = 4_096;

export function pageCursor({ observedAt, deviceId }: PageKey): string {
  return Buffer.from(JSON.stringify([LIST, observedAt, deviceId])).toString('base64url');
}

/** What a cursor that somebody sent back stands for. Faults: `cursor.invalid`. */
export function readPageCursor(cursor: string): PageKey {
  const parts = cursor.length <= LONGEST_CURSOR ? parse(cursor) : undefined;
  if (Array.isArray(parts) && parts.length === 3) {
    const [list, observedAt, deviceId] = parts as unknown[];
    if (
      list === LIST &&
      typeof observedAt === 'number' &&
      Number.isSafeInteger(observedAt) &&
      typeof deviceId === 'string'
    ) {
      return { observedAt, deviceId };
    }
  }
  throw new Fault('cursor.invalid', 'the cursor is not one that this list gave out', false);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined; // Not ours: the caller says so.
  }
}
