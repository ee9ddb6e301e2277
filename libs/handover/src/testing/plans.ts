import type { TargetPlan } from '../plan.ts';
import { readHandoverPlan } from '../plan-reader.ts';

/** A file with one target: the incidents of an instance. */
export const INCIDENTS = (origin: string, more = '') => `
version: '1'
targets:
  - id: desk
    kind: servicenow
    instance: ${origin}
    table: incident
    auth: { basic: { user: HANDOVER_USER, password: HANDOVER_PASSWORD } }
    select: { department: waste }
    create:
      caller_id: { value: stadtfunk }
    fields:
      short_description: { text: '{title.de} – {assetId}', longest: 160 }
      due_date: { from: dueAt, as: utc }
    state:
      field: state
      out:
        open: '1'
        assigned: '2'
        inProgress: '2'
        waiting: { value: '3', with: { hold_reason: '4' } }
        done: { value: '6', with: { close_code: 'Solution provided', close_notes: 'Erledigt' } }
        verified: { value: '7', with: { close_code: 'Solution provided', close_notes: 'Vom Sensor bestätigt' } }
        cancelled: '8'
      in: { '1': open, '2': inProgress, '3': waiting, '6': done, '7': done, '8': cancelled }
    priority:
      field: urgency
      out: { urgent: '1', high: '2', normal: '3', low: '3' }
      in: { '1': urgent, '2': high, '3': normal }
    status: { every: 2, token: HANDOVER_DESK_TOKEN }
    timeout: PT2S
${more}`;

/** The first target of a file that is right. */
export function planOf(text: string): TargetPlan {
  const read = readHandoverPlan('handover.yaml', text);
  if (!read.ok) throw new Error(JSON.stringify(read.error, null, 2));
  return read.value.targets[0]!;
}
