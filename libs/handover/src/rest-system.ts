import { ok } from '@stadtfunk/kernel';
import type { ApiClient } from './api-client.ts';
import type { Body } from './body.ts';
import { failed, type Answer } from './failure.ts';
import { valueAt } from './json-pointer.ts';
import type { RestPlan } from './plan.ts';
import { readRecord, timeOf, type SystemRecord } from './record-reader.ts';
import type { Secrets } from './secrets.ts';
import { isKnown, type ChangesFrom, type ChangesPage, type KnownRecord, type TicketSystem } from './ticket-system.ts';

const PAGE = 100;

/** Any system that takes JSON over HTTP, as a hand-over file describes it. */
export class RestSystem implements TicketSystem {
  readonly wantsWhole: boolean;
  readonly notes = null;
  readonly #plan: RestPlan;
  readonly #client: ApiClient;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(plan: RestPlan, client: ApiClient, secrets: Secrets) {
    this.#plan = plan;
    this.#client = client;
    this.wantsWhole = plan.change.method === 'PUT';
    this.#headers = Object.fromEntries(
      Object.entries(plan.headers).map(([name, header]) => [
        name.toLowerCase(),
        'env' in header ? header.prefix + secrets(header.env) : header.value,
      ]),
    );
  }

  pauseMs(): number {
    return this.#client.pauseMs();
  }

  async find(jobId: string): Promise<Answer<readonly KnownRecord[] | null>> {
    const { find } = this.#plan;
    if (!find) return ok(null);
    const found = await this.#list(filled(find.url, { jobId }), find.items);
    return found.ok ? ok(found.value.records.filter(isKnown).filter((record) => record.jobId === jobId)) : found;
  }

  async create(jobId: string, body: Body): Promise<Answer<KnownRecord>> {
    const { make, idempotencyHeader, id } = this.#plan;
    const answer = await this.#client.call({
      method: make.method,
      url: filled(make.url, { jobId }),
      // The same in every attempt, also after a crash: whoever keeps it makes one record.
      headers: { ...this.#headers, ...(idempotencyHeader !== null && { [idempotencyHeader]: `${id}-${jobId}` }) },
      body,
    });
    if (!answer.ok) return answer;
    const record = readRecord(valueAt(answer.value.json, make.record), this.#plan.record);
    return isKnown(record) ? ok(record) : failed('handover.answer', 'the answer names no record', true);
  }

  async update(externalId: string, body: Body): Promise<Answer<SystemRecord>> {
    const { method, url, record } = this.#plan.change;
    const address = filled(url, { externalId });
    const answer = await this.#client.call({ method, url: address, headers: this.#headers, body });
    if (answer.ok) return ok(readRecord(valueAt(answer.value.json, record), this.#plan.record));
    return answer.error.code === 'handover.notFound' ? failed('handover.gone', answer.error.detail, false) : answer;
  }

  async changes({ since, offset, url }: ChangesFrom): Promise<Answer<ChangesPage>> {
    const { changes } = this.#plan;
    if (!changes) return ok({ records: [], next: null, systemTime: null });
    const values = { since: new Date(since).toISOString(), offset: String(offset), limit: String(PAGE) };
    const address = url ?? filled(changes.url, values);
    const found = await this.#list(address, changes.items);
    if (!found.ok) return found;
    const { records, json, systemTime } = found.value;
    if (changes.next !== null) {
      const link = valueAt(json, changes.next);
      if (typeof link !== 'string' || link === '' || records.length === 0)
        return ok({ records, next: null, systemTime });
      const next = sameOrigin(link, address);
      if (next === undefined) return failed('handover.answer', 'the next page is somewhere else', false);
      return ok({ records, next: { since, offset: offset + records.length, url: next }, systemTime });
    }
    const isPaged = changes.url.includes('{offset}') && records.length >= PAGE;
    return ok({ records, next: isPaged ? { since, offset: offset + records.length, url: null } : null, systemTime });
  }

  async #list(url: string, items: string) {
    const answer = await this.#client.call({ method: 'GET', url, headers: this.#headers });
    if (!answer.ok) return answer;
    const { json, headers } = answer.value;
    const rows = valueAt(json, items);
    if (!Array.isArray(rows)) return failed('handover.answer', 'the answer holds no list', true);
    const { date } = headers;
    const systemTime = date === undefined ? null : timeOf(Date.parse(date));
    return ok({ records: rows.map((row) => readRecord(row, this.#plan.record)), json, systemTime });
  }
}

/** `{name}` in a URL, percent-encoded. */
export function filled(url: string, values: Readonly<Record<string, string>>): string {
  return url.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name]!) : all,
  );
}

/** Our headers hold secrets: they go to nobody whom the file does not name. */
function sameOrigin(link: string, base: string): string | undefined {
  if (!URL.canParse(link, base)) return undefined;
  const url = new URL(link, base);
  return url.origin === new URL(base).origin ? url.href : undefined;
}
