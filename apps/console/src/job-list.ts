import type { Job } from './api.ts';
import { h } from './dom.ts';
import { absoluteTime, pick, relativeTime, say } from './texts.ts';

export type Move = 'assign' | 'start' | 'done';

/** The form that is open in a job's row, with what has been typed so far. */
export interface Draft {
  readonly jobId: string;
  readonly move: 'assign' | 'done';
  text: string;
}

export interface JobActions {
  begin(job: Job, move: Move): void;
  submit(job: Job, move: Move, text: string): void;
  cancel(): void;
}

export function jobRow(
  job: Job,
  department: string,
  now: number,
  draft: Draft | undefined,
  actions: JobActions,
): HTMLElement {
  const { jobId, title, assetId, deviceId, priority, state, assignee, waitingFor, dueAt } = job;
  const isLate = dueAt !== null && Date.parse(dueAt) < now;
  const due =
    dueAt === null
      ? null
      : h(
          'time',
          { datetime: dueAt, title: absoluteTime(dueAt), class: isLate ? 'late' : 'due' },
          say(isLate ? 'wasDue' : 'due', relativeTime(dueAt, now)),
        );
  const button = (move: Move, kind = '') =>
    h(
      'button',
      {
        type: 'button',
        class: kind,
        'data-key': `${move}-${jobId}`,
        'aria-label': `${say(move)}: ${pick(title)}, ${assetId ?? deviceId ?? ''}`,
        onclick: () => actions.begin(job, move),
      },
      say(move),
    );
  return h(
    'li',
    { class: 'row job' },
    h(
      'div',
      { class: 'what' },
      h('h3', {}, pick(title)),
      h('p', { class: 'where' }, `#${job.number} · ${assetId ?? deviceId ?? ''} · ${department}`),
      h(
        'p',
        { class: 'facts' },
        h('span', { class: `state ${state}` }, say(state === 'waiting' ? 'jobWaiting' : state)),
        waitingFor === null ? null : h('span', { class: 'assignee' }, waitingFor),
        (priority === 'urgent' || priority === 'high') && h('span', { class: 'priority' }, say(priority)),
        assignee === null ? null : h('span', { class: 'assignee' }, assignee),
        due,
      ),
    ),
    draft
      ? form(job, draft, actions)
      : h(
          'div',
          { class: 'moves' },
          button('assign'),
          state !== 'inProgress' && button('start'),
          button('done', 'primary'),
        ),
  );
}

function form(job: Job, draft: Draft, actions: JobActions): HTMLElement {
  const id = `draft-${job.jobId}`;
  const input = h('input', {
    id,
    'data-key': id,
    maxlength: '2000',
    required: draft.move === 'assign',
    autocomplete: 'off',
    oninput: () => (draft.text = input.value),
  });
  input.value = draft.text;
  return h(
    'form',
    {
      class: 'draft',
      onsubmit: (event) => {
        event.preventDefault();
        actions.submit(job, draft.move, draft.text.trim());
      },
      onkeydown: (event) => {
        if ((event as KeyboardEvent).key === 'Escape') actions.cancel();
      },
    },
    h('label', { for: id }, draft.move === 'assign' ? say('assignee') : `${say('note')} (${say('optional')})`),
    input,
    h(
      'div',
      { class: 'moves' },
      h(
        'button',
        { type: 'button', 'data-key': `cancel-${job.jobId}`, onclick: () => actions.cancel() },
        say('cancel'),
      ),
      h(
        'button',
        { class: 'primary', 'data-key': `save-${job.jobId}` },
        say(draft.move === 'assign' ? 'assign' : 'done'),
      ),
    ),
  );
}
