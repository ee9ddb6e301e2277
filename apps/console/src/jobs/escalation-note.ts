export interface EscalationNote {
  readonly step: number;
  readonly told: readonly { readonly name: string; readonly role: string }[];
}

/** Reads what the history of a job says of a step of escalation: `step 1: Anna Berg (onCall), Bernd (lead)`. Null: it is something else. */
export function escalationIn(note: string): EscalationNote | null {
  const [, step, told] = /^step (\d+): (.+)$/.exec(note) ?? [];
  if (step === undefined || told === undefined) return null;
  if (told === 'nobody to tell') return { step: Number(step), told: [] };
  const people = [...told.matchAll(/(?:^|, )(.+?) \((\w+)\)(?=, |$)/g)].map(([, name = '', role = '']) => ({
    name,
    role,
  }));
  return people.length === 0 ? null : { step: Number(step), told: people };
}
