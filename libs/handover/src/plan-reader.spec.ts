import { describe, expect, it } from 'vitest';
import { readHandoverPlan } from './plan-reader.ts';
import { secretNames, unusableSecrets } from './secrets.ts';
import { INCIDENTS, planOf } from './testing/plans.ts';

const FILE = INCIDENTS('https://city.service-now.com');
const problemsOf = (text: string) => {
  const read = readHandoverPlan('h.yaml', text);
  return read.ok ? [] : read.error.map(({ line, path, expected, found }) => `${line} ${path}: ${expected}, ${found}`);
};

describe('a hand-over file', () => {
  it('is read into a plan', () => {
    expect(planOf(FILE)).toMatchObject({
      id: 'desk',
      kind: 'servicenow',
      instance: 'https://city.service-now.com',
      source: 'Stadtfunk',
      select: { department: ['waste'], kind: null, priority: null },
      auth: { kind: 'basic', user: 'HANDOVER_USER', password: 'HANDOVER_PASSWORD' },
      status: { everyMinutes: 2, receive: { by: 'token', secret: 'HANDOVER_DESK_TOKEN' } },
      perMinute: 60,
      timeoutMs: 2_000,
    });
  });

  it('names the variables that it needs, and those that are missing or cannot be a header', () => {
    const plan = planOf(FILE);
    expect(secretNames(plan)).toEqual(['HANDOVER_USER', 'HANDOVER_PASSWORD', 'HANDOVER_DESK_TOKEN']);
    expect(unusableSecrets(plan, { HANDOVER_USER: 'u', HANDOVER_PASSWORD: 'a\nb' })).toEqual([
      'HANDOVER_PASSWORD',
      'HANDOVER_DESK_TOKEN',
    ]);
  });

  it.each([
    ['password: HANDOVER_PASSWORD', 'password: hunter2', 'the name of an environment variable'],
    ['user: HANDOVER_USER', 'user: STADTFUNK_ADMIN_TOKEN', 'begins with HANDOVER_'],
    ['https://city', 'http://city', 'without TLS'],
    ['https://city', 'https://u:p@city', 'an https URL'],
    ['table: incident', 'table: incident/../x', 'a table'],
    ["verified: { value: '7'", "verified: { value: '77'", "a word that 'in' has a meaning for"],
    ["'6': done", "'6': verified", 'one of open, assigned'],
    ["cancelled: '8'", '', 'what this state is called there'],
    ['{title.de}', '{title.fr}', 'with one of jobId'],
    ['{title.de}', '{title.de', 'with one of jobId'],
    ['from: dueAt, as: utc', 'from: kind, as: utc', "'text', because kind is no time"],
    ['short_description:', '/short:', 'a column'],
    ['every: 2', 'every: 7', 'minutes: one of'],
    ['token: HANDOVER_DESK_TOKEN', 'token: HANDOVER_A, signature: HANDOVER_B', "no 'signature' beside 'token'"],
    ['timeout: PT2S', 'timeout: PT5M', 'PT0.1S to PT1M'],
    ['kind: servicenow', 'kind: servicnow', 'one of servicenow, rest'],
    ['table: incident', 'tabel: incident', "'table'"],
  ])('with %s as %s is refused with its line', (from, to, expected) => {
    expect(FILE).toContain(from);
    const problems = problemsOf(FILE.replace(from, to));

    expect(problems.join('\n')).toContain(expected);
    expect(problems.join('\n')).toMatch(/^\d+ /);
    expect(problems.join('\n')).not.toContain('u:p@');
  });

  it('is refused where a crash could make two records', () => {
    const text = `
version: '1'
targets:
  - id: t
    kind: rest
    make: { url: 'https://t.example' }
    change: { url: 'https://t.example/{externalId}' }
    record: { externalId: /id }
    state: { field: s, out: { open: a, assigned: a, inProgress: a, waiting: a, done: a, verified: a, cancelled: a }, in: { a: open } }
`;
    expect(problemsOf(text)).toHaveLength(1);
    expect(problemsOf(text)[0]).toContain("'find' or 'idempotencyHeader'");
    expect(problemsOf(`${text}    idempotencyHeader: Idempotency-Key`)).toEqual([]);
    expect(problemsOf(`${text}    find: { url: 'https://t.example/?q={jobId}' }`)[0]).toContain("'jobId' for 'find'");
  });

  it('is refused where a crash could send a photo twice, or where nobody knows which one to remove', () => {
    const text = (more: string) => `
version: '1'
targets:
  - id: t
    kind: rest
    make: { url: 'https://t.example' }
    change: { url: 'https://t.example/{externalId}' }
    find: { url: 'https://t.example/?q={jobId}' }
    record: { externalId: /id, jobId: /ref }
    state: { field: s, out: { open: a, assigned: a, inProgress: a, waiting: a, done: a, verified: a, cancelled: a }, in: { a: open } }
    ${more}
`;
    const files = 'https://t.example/{externalId}/files';
    const list = `list: { url: '${files}', name: /name }`;
    expect(problemsOf(text(''))).toEqual([]);
    expect(problemsOf(text(`photos: { add: { url: '${files}' }, ${list} }`))).toEqual([]);
    const problem = (more: string) => problemsOf(text(more)).join('\n');
    expect(problem(`photos: { add: { url: '${files}' } }`)).toContain("'list', or 'idempotencyHeader'");
    expect(problem(`photos: { add: { url: '${files}' }, ${list}, remove: { url: '${files}/{id}' } }`)).toContain(
      'which one',
    );
    expect(problem(`photos: { add: { url: '${files}', field: 'a"b' }, ${list} }`)).toContain('parts of a form');
    expect(problem(`photos: { add: { url: '${files}', as: file, with: { a: b } }, ${list} }`)).toContain("no 'with'");
    expect(problem(`photos: { add: { url: 'https://t.example/files' }, ${list} }`)).toContain('{externalId}');
    expect(problem(`comments: { add: { url: '${files}', field: /text } }`)).toContain('list');
    expect(
      problem(`comments: { list: { url: '${files}', text: text }, add: { url: '${files}', field: /t } }`),
    ).toContain('JSON Pointer');
  });

  it.each(['', '[]', 'version: 1', 'targets: []', "version: '1'\ntargets: [1]", '{', "version: '2'\ntargets: [{}]"])(
    'that is %j is refused',
    (text) => {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    },
  );
});
