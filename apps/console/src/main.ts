import { alertRow } from './alert-list.ts';
import { type Alert, ApiError, call, type Job } from './api.ts';
import { City } from './city.ts';
import { byId, h } from './dom.ts';
import { type Draft, type JobActions, jobRow } from './job-list.ts';
import { Live, type LiveEvent } from './live.ts';
import { loginForm, signInByLink } from './login.ts';
import { ledgerLine, overview } from './overview.ts';
import './style.css';
import { currentLanguage, pick, say, switchLanguage, type TextName } from './texts.ts';

const SHOWN = 50;
const REDRAW_MS = 200;
const LEDGER_MS = 5000;

type Phase = 'login' | 'loading' | 'failed' | 'ready';

const city = new City();
let phase: Phase = 'loading';
let loginProblem = '';
let draft: Draft | undefined;
let department = '';
let notice = '';
const shown = { alerts: SHOWN, jobs: SHOWN };
let redrawTimer: number | undefined;

const live = new Live({
  onEvent: (event) => {
    city.apply(event);
    if (event.type === 'alert.raised' && phase === 'ready') announce(event);
    redrawSoon();
  },
  onOpen: (resumed) => {
    showConnection('live');
    // The stream begins before the lists are read, so nothing falls between them.
    if (!resumed || phase !== 'ready') void load();
  },
  onLost: () => {
    showConnection('reconnecting');
    void checkSession();
  },
});

async function begin(): Promise<void> {
  const link = await signInByLink();
  if (link === 'refused') loginProblem = say('wrongCode');
  try {
    await call('GET', '/session');
    enter();
  } catch (thrown) {
    toLogin(thrown);
  }
}

function enter(): void {
  phase = 'loading';
  loginProblem = '';
  byId('sign-out').hidden = false;
  redraw();
  live.open();
}

async function load(): Promise<void> {
  try {
    await city.load();
    phase = 'ready';
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 401) return toLogin(thrown);
    phase = 'failed';
  }
  redraw();
}

function toLogin(thrown: unknown): void {
  if (!(thrown instanceof ApiError)) throw thrown;
  if (thrown.status === 0) loginProblem = say('serverAway');
  live.close();
  phase = 'login';
  byId('sign-out').hidden = true;
  byId('connection').hidden = true;
  redraw();
  document.getElementById('token')?.focus();
}

/** A stream that breaks may mean that the session is over, which the stream itself cannot say. */
async function checkSession(): Promise<void> {
  await call('GET', '/session').catch((thrown: unknown) => {
    if (thrown instanceof ApiError && thrown.status === 401) toLogin(thrown);
  });
}

/** Does what a button says, and tells the person if it did not work. */
async function act(action: () => Promise<void>): Promise<void> {
  notice = '';
  try {
    await action();
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    if (thrown.status === 401) return toLogin(thrown);
    if (thrown.job) city.putJob(thrown.job);
    notice =
      thrown.status === 0
        ? say('serverAway')
        : thrown.code === 'job.conflict'
          ? say('changedMeanwhile')
          : say('notPossible', thrown.message);
  }
  redraw();
}

const jobActions: JobActions = {
  begin: (job, move) => {
    if (move === 'start') return jobActions.submit(job, move, '');
    draft = { jobId: job.jobId, move, text: move === 'assign' ? (job.assignee ?? '') : '' };
    redraw();
    document.getElementById(`draft-${job.jobId}`)?.focus();
  },
  submit: (job, move, text) => {
    const said = move === 'assign' ? { assignee: text } : text === '' ? {} : { note: text };
    void act(async () => {
      city.putJob(
        await call<Job>('POST', `/jobs/${encodeURIComponent(job.jobId)}/${move}`, { ...said, version: job.version }),
      );
      draft = undefined;
    });
  },
  cancel: () => {
    const key = draft && `${draft.move}-${draft.jobId}`;
    draft = undefined;
    redraw();
    if (key) focusOn(key);
  },
};

function acknowledge({ alertId }: Alert): void {
  void act(async () => city.putAlert(await call<Alert>('POST', `/alerts/${encodeURIComponent(alertId)}/acknowledge`)));
}

function redrawSoon(): void {
  redrawTimer ??= window.setTimeout(redraw, REDRAW_MS);
}

/** Draws the page anew; the focus and what is being typed stay where they are. */
function redraw(): void {
  window.clearTimeout(redrawTimer);
  redrawTimer = undefined;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
  const caret = document.activeElement instanceof HTMLInputElement ? document.activeElement.selectionStart : null;
  document.documentElement.lang = currentLanguage();
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]'))
    element.textContent = say(element.dataset.text as TextName);
  const language = byId('language');
  language.textContent = say('otherLanguage');
  language.lang = currentLanguage() === 'de' ? 'en' : 'de';
  byId('main').replaceChildren(...content());
  if (focused !== undefined) focusOn(focused, caret);
}

function focusOn(key: string, caret: number | null = null): void {
  const element = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  element?.focus({ preventScroll: true });
  if (element instanceof HTMLInputElement && caret !== null) element.setSelectionRange(caret, caret);
}

function content(): Node[] {
  if (phase === 'login') return [loginForm(loginProblem, enter)];
  if (phase === 'loading') return [h('p', { class: 'state-text', role: 'status' }, say('loading'))];
  if (phase === 'failed') {
    const again = h('button', { type: 'button', class: 'primary', onclick: () => void load() }, say('retry'));
    return [h('div', { class: 'state-text', role: 'alert' }, h('p', {}, say('loadFailed')), again)];
  }
  const now = Date.now();
  const { alerts, jobs } = city;
  const ofDepartment = department === '' ? jobs : jobs.filter((job) => job.department === department);
  const names = new Map(city.departments.map(({ departmentId, name }) => [departmentId, pick(name)]));
  const noticeLine = notice === '' ? [] : [h('p', { class: 'error notice', role: 'alert' }, notice)];
  const footer = ledgerLine(city.ledger);
  return [
    overview(alerts, jobs, now),
    ...noticeLine,
    h(
      'div',
      { class: 'columns' },
      list(
        'alerts',
        alerts.map((alert) => () => alertRow(alert, now, () => acknowledge(alert))),
        null,
      ),
      list(
        'jobs',
        ofDepartment.map(
          (job) => () =>
            jobRow(
              job,
              names.get(job.department) ?? job.department,
              now,
              draft?.jobId === job.jobId ? draft : undefined,
              jobActions,
            ),
        ),
        departmentFilter(names),
      ),
    ),
    ...(footer ? [footer] : []),
  ];
}

function list(name: 'alerts' | 'jobs', rows: readonly (() => HTMLElement)[], filter: HTMLElement | null): HTMLElement {
  const hidden = rows.length - shown[name];
  const more = () => {
    shown[name] += SHOWN;
    redraw();
  };
  return h(
    'section',
    { class: 'card list', 'aria-labelledby': `${name}-title` },
    h('div', { class: 'title' }, h('h2', { id: `${name}-title` }, say(name)), filter),
    rows.length === 0
      ? h('p', { class: 'empty' }, say(name === 'alerts' ? 'noAlerts' : 'noJobs'))
      : h('ul', {}, ...rows.slice(0, shown[name]).map((row) => row())),
    hidden > 0 &&
      h('button', { type: 'button', class: 'more', 'data-key': `more-${name}`, onclick: more }, say('more', hidden)),
  );
}

function departmentFilter(names: ReadonlyMap<string, string>): HTMLElement {
  const select = h('select', {
    id: 'department',
    'data-key': 'department',
    onchange: () => {
      department = select.value;
      redraw();
    },
  });
  select.append(
    h('option', { value: '' }, say('allDepartments')),
    ...[...names].map(([id, name]) => h('option', { value: id }, name)),
  );
  select.value = department;
  return h('div', { class: 'filter' }, h('label', { for: 'department' }, say('department')), select);
}

function showConnection(state: 'live' | 'reconnecting'): void {
  const element = byId('connection');
  element.hidden = false;
  element.className = `connection ${state}`;
  if (element.textContent !== say(state)) element.textContent = say(state);
}

function announce({ data }: LiveEvent): void {
  if ('severity' in data)
    byId('announcer').textContent = say(
      'newAlert',
      `${say(data.severity)}, ${pick(data.title)}, ${data.assetId ?? data.deviceId}`,
    );
}

byId('language').addEventListener('click', () => {
  switchLanguage();
  redraw();
  const { classList } = byId('connection');
  showConnection(classList.contains('reconnecting') ? 'reconnecting' : 'live');
  if (phase === 'login') byId('connection').hidden = true;
});
byId('sign-out').addEventListener('click', () => {
  void call('DELETE', '/session')
    .then(() => toLogin(new ApiError(401, 'signedOut', '', undefined)))
    .catch((thrown: unknown) => toLogin(thrown));
});
window.setInterval(() => {
  if (phase !== 'ready' || document.hidden) return;
  void city.loadLedger().then(redrawSoon, () => redrawSoon());
}, LEDGER_MS);

redraw();
void begin();
