/** What somebody has typed and not saved, in this browser: it is there again after a reload, a crash or a new sign-in. */
export interface KeptEdit {
  readonly yaml: string;
  /** The newest version when the editing began; 0: there was none. */
  readonly expected: number;
  readonly at: number;
}

const KEY = 'stadtfunk.rule-edit';
/** A month. What was forgotten that long is not what one meant to go on with. */
const KEPT_MS = 30 * 86_400_000;

function keyOf(accountId: string, ruleId: string): string {
  return `${KEY}.${accountId}.${ruleId}`;
}

export function keptEdit(accountId: string, ruleId: string): KeptEdit | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(accountId, ruleId)) ?? 'null') as Partial<KeptEdit> | null;
    if (typeof kept?.yaml !== 'string' || typeof kept.expected !== 'number' || typeof kept.at !== 'number') return null;
    return Date.now() - kept.at > KEPT_MS ? null : { yaml: kept.yaml, expected: kept.expected, at: kept.at };
  } catch {
    // A browser that keeps nothing, or something that we have not written.
    return null;
  }
}

/** False: this browser keeps nothing. */
export function keepEdit(accountId: string, ruleId: string, edit: Omit<KeptEdit, 'at'>): boolean {
  try {
    localStorage.setItem(keyOf(accountId, ruleId), JSON.stringify({ ...edit, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function forgetEdit(accountId: string, ruleId: string): void {
  try {
    localStorage.removeItem(keyOf(accountId, ruleId));
  } catch {
    // There is nothing to forget then.
    return;
  }
}
