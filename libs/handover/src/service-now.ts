import { ok } from '@stadtfunk/kernel';
import type { ApiClient } from './api-client.ts';
import { joined, type Body } from './body.ts';
import { failed, type Answer } from './failure.ts';
import { valueAt } from './json-pointer.ts';
import type { RecordPointers, ServiceNowPlan } from './plan.ts';
import type { NoteJournal } from './notes.ts';
import type { PhotoAlbum } from './photos.ts';
import { readRecord, timeOf, type SystemRecord } from './record-reader.ts';
import { serviceNowPhotos } from './service-now-photos.ts';
import { isKnown, type ChangesFrom, type ChangesPage, type KnownRecord, type TicketSystem } from './ticket-system.ts';

/** Records asked for at once. "Unusually large sysparm_limit values can impact system performance." */
const PAGE = 100;
/** More than one is a mistake that somebody has to look at. */
const MOST_FOUND = 10;
/** Notes of one record that are read. */
const MOST_NOTES = 1_000;

interface Listed {
  readonly records: readonly SystemRecord[];
  /** Of each record, whether this installation made it. */
  readonly isOurs: readonly boolean[];
  readonly systemTime: number | null;
}

/**
 * A table of ServiceNow, through the Table API (https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html).
 * `correlation_id` is the id of the job, `correlation_display` says which installation it is of. Actual values only
 * (`sysparm_display_value=false`): times are UTC then, and choices the values that forms keep.
 */
export class ServiceNow implements TicketSystem {
  readonly wantsWhole = false;
  readonly notes: NoteJournal | null;
  readonly photos: PhotoAlbum | null;
  readonly #plan: ServiceNowPlan;
  readonly #client: ApiClient;
  readonly #pointers: RecordPointers;
  readonly #fields: string;
  readonly #table: string;

  constructor(plan: ServiceNowPlan, client: ApiClient) {
    this.#plan = plan;
    this.#client = client;
    this.#table = `${plan.instance}/api/now/table/${plan.table}`;
    this.notes = plan.notes === null ? null : this.#journal(plan.notes);
    this.photos = plan.photos ? serviceNowPhotos(plan, client) : null;
    const priority = plan.priority?.field ?? null;
    this.#pointers = {
      externalId: '/sys_id',
      jobId: '/correlation_id',
      number: '/number',
      state: `/${plan.state.field}`,
      priority: priority === null ? null : `/${priority}`,
      assignee: null,
      note: null,
      updatedAt: '/sys_updated_on',
      revision: '/sys_mod_count',
    };
    const more = [plan.state.field, ...(priority === null ? [] : [priority])];
    this.#fields = ['sys_id', 'number', 'correlation_id', 'correlation_display', 'sys_updated_on', 'sys_mod_count']
      .concat(more)
      .join(',');
  }

  pauseMs(): number {
    return this.#client.pauseMs();
  }

  async find(jobId: string): Promise<Answer<readonly KnownRecord[]>> {
    const found = await this.#list(`correlation_id=${jobId}^ORDERBYsys_created_on`, MOST_FOUND, 0);
    // An instance "ignores the invalid part" of a query and gives what the rest finds: whatever is not ours stays untouched.
    return found.ok ? ok(found.value.records.filter(isKnown).filter((record) => record.jobId === jobId)) : found;
  }

  async create(jobId: string, body: Body): Promise<Answer<KnownRecord>> {
    const ours = { correlation_id: jobId, correlation_display: this.#plan.source };
    const answer = await this.#client.call({
      method: 'POST',
      url: `${this.#table}?${this.#shape()}`,
      body: joined(body, ours),
    });
    if (!answer.ok) return answer;
    const record = this.#record(valueAt(answer.value.json, '/result'));
    return isKnown(record) ? ok(record) : failed('handover.answer', 'the answer names no record', true);
  }

  async update(externalId: string, body: Body): Promise<Answer<SystemRecord>> {
    const url = `${this.#table}/${encodeURIComponent(externalId)}?${this.#shape()}`;
    const answer = await this.#client.call({ method: 'PATCH', url, body });
    if (answer.ok) return ok(this.#record(valueAt(answer.value.json, '/result')));
    // Deleted, or hidden by an access rule: an instance does not tell which.
    return answer.error.code === 'handover.notFound' ? failed('handover.gone', answer.error.detail, false) : answer;
  }

  /**
   * By the time of the last change and not by page numbers: a record that changes while pages are read moves to the end, and
   * would pull another one past a page's edge. Within one second there are page numbers.
   */
  async changes({ since, offset }: ChangesFrom): Promise<Answer<ChangesPage>> {
    const query = `correlation_display=${this.#plan.source}^sys_updated_on>=${utcText(since)}^ORDERBYsys_updated_on^ORDERBYsys_id`;
    const found = await this.#list(query, PAGE, offset);
    if (!found.ok) return found;
    const { records, isOurs, systemTime } = found.value;
    const last = records.at(-1)?.updatedAt ?? null;
    const from = Math.floor(since / 1_000) * 1_000;
    const next =
      records.length < PAGE || last === null
        ? null
        : last > from
          ? { since: last, offset: 0, url: null }
          : { since, offset: offset + records.length, url: null };
    return ok({ records: records.filter((_, index) => isOurs[index]), next, systemTime });
  }

  /** Reading a record does not show what was written to it: that stands in `sys_journal_field`, which the user must be allowed to read. */
  #journal(field: string): NoteJournal {
    return {
      list: async (externalId) => {
        const parameters = new URLSearchParams({
          sysparm_query: `element_id=${externalId}^element=${field}^ORDERBYsys_created_on`,
          sysparm_fields: 'element_id,element,value',
          sysparm_limit: String(MOST_NOTES),
          sysparm_no_count: 'true',
        });
        const url = `${this.#plan.instance}/api/now/table/sys_journal_field?${parameters.toString()}`;
        const answer = await this.#client.call({ method: 'GET', url });
        if (!answer.ok) return answer.error.code === 'handover.notFound' ? ok([]) : answer;
        const rows = valueAt(answer.value.json, '/result');
        if (!Array.isArray(rows)) return failed('handover.answer', 'the answer holds no list', true);
        // Parts of a query that an instance takes for invalid are ignored: notes of others are none of this job's.
        const own = rows.filter(
          (row) => valueAt(row, '/element_id') === externalId && valueAt(row, '/element') === field,
        );
        const texts = own.map((row) => valueAt(row, '/value'));
        return ok(texts.map((text) => (typeof text === 'string' ? text : '')));
      },
      add: (externalId, text) => this.update(externalId, { [field]: text }),
    };
  }

  async #list(query: string, limit: number, offset: number): Promise<Answer<Listed>> {
    const parameters = new URLSearchParams({
      sysparm_query: query,
      sysparm_limit: String(limit),
      sysparm_offset: String(offset),
      sysparm_no_count: 'true',
      sysparm_suppress_pagination_header: 'true',
    });
    const answer = await this.#client.call({
      method: 'GET',
      url: `${this.#table}?${parameters.toString()}&${this.#shape()}`,
    });
    if (!answer.ok) {
      // Version 1 of the API answers 404 where nothing is found.
      const isNone = answer.error.code === 'handover.notFound';
      return isNone ? ok({ records: [], isOurs: [], systemTime: null }) : answer;
    }
    const rows = valueAt(answer.value.json, '/result');
    if (!Array.isArray(rows)) return failed('handover.answer', 'the answer holds no list', true);
    const { date } = answer.value.headers;
    return ok({
      records: rows.map((row) => this.#record(row)),
      isOurs: rows.map((row) => valueAt(row, '/correlation_display') === this.#plan.source),
      systemTime: date === undefined ? null : timeOf(Date.parse(date)),
    });
  }

  #shape(): string {
    const shape = {
      sysparm_fields: this.#fields,
      sysparm_display_value: 'false',
      sysparm_exclude_reference_link: 'true',
    };
    return new URLSearchParams(shape).toString();
  }

  #record(row: unknown): SystemRecord {
    return readRecord(row, this.#pointers);
  }
}

/** A moment as the database of ServiceNow has it: UTC, to the second. */
function utcText(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
