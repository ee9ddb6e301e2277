import { ok } from '@stadtfunk/kernel';
import type { Body } from './body.ts';
import { failed, type Answer } from './failure.ts';
import { valueAt } from './json-pointer.ts';
import type { NoteJournal } from './notes.ts';
import type { PhotoAlbum } from './photos.ts';
import type { RestPlan } from './plan.ts';
import { readRecord, timeOf, type SystemRecord } from './record-reader.ts';
import { filled, nextPage, type RestCaller } from './rest-caller.ts';
import { restComments } from './rest-comments.ts';
import { restPhotos } from './rest-photos.ts';
import { isKnown, type ChangesFrom, type ChangesPage, type KnownRecord, type TicketSystem } from './ticket-system.ts';

const PAGE = 100;

/** Any system that takes JSON over HTTP, as a hand-over file describes it. */
export class RestSystem implements TicketSystem {
  readonly wantsWhole: boolean;
  readonly notes: NoteJournal | null;
  readonly photos: PhotoAlbum | null;
  readonly #plan: RestPlan;
  readonly #caller: RestCaller;

  /** @param link where people find the console; null: nowhere that others reach */
  constructor(plan: RestPlan, caller: RestCaller, link: string | null) {
    this.#plan = plan;
    this.#caller = caller;
    this.wantsWhole = plan.change.method === 'PUT';
    this.notes = plan.comments && restComments(plan.comments, caller);
    this.photos = plan.photos && restPhotos(plan.photos, plan, caller, link);
  }

  pauseMs(): number {
    return this.#caller.pauseMs();
  }

  async find(jobId: string): Promise<Answer<readonly KnownRecord[] | null>> {
    const { find } = this.#plan;
    if (!find) return ok(null);
    const found = await this.#caller.list(filled(find.url, { jobId }), find.items);
    return found.ok
      ? ok(
          this.#records(found.value.items)
            .filter(isKnown)
            .filter((each) => each.jobId === jobId),
        )
      : found;
  }

  async create(jobId: string, body: Body): Promise<Answer<KnownRecord>> {
    const { make, idempotencyHeader, id } = this.#plan;
    const answer = await this.#caller.call({
      method: make.method,
      url: make.url,
      values: { jobId },
      // The same in every attempt, also after a crash: whoever keeps it makes one record.
      headers: idempotencyHeader === null ? {} : { [idempotencyHeader]: `${id}-${jobId}` },
      body,
    });
    if (!answer.ok) return answer;
    const record = readRecord(valueAt(answer.value.json, make.record), this.#plan.record);
    return isKnown(record) ? ok(record) : failed('handover.answer', 'the answer names no record', true);
  }

  async update(externalId: string, body: Body): Promise<Answer<SystemRecord>> {
    const { method, url, record } = this.#plan.change;
    const answer = await this.#caller.call({ method, url, values: { externalId }, body });
    if (answer.ok) return ok(readRecord(valueAt(answer.value.json, record), this.#plan.record));
    return answer.error.code === 'handover.notFound' ? failed('handover.gone', answer.error.detail, false) : answer;
  }

  async changes({ since, offset, url }: ChangesFrom): Promise<Answer<ChangesPage>> {
    const { changes } = this.#plan;
    if (!changes) return ok({ records: [], next: null, systemTime: null });
    const values = { since: new Date(since).toISOString(), offset: String(offset), limit: String(PAGE) };
    const address = url ?? filled(changes.url, values);
    const found = await this.#caller.list(address, changes.items);
    if (!found.ok) return found;
    const records = this.#records(found.value.items);
    const { date } = found.value.headers;
    const systemTime = date === undefined ? null : timeOf(Date.parse(date));
    const further = { since, offset: offset + records.length };
    if (changes.next !== null) {
      const next = nextPage(found.value, changes.next, address);
      if (next === undefined) return failed('handover.answer', 'the next page is somewhere else', false);
      return ok({ records, next: next === null ? null : { ...further, url: next }, systemTime });
    }
    const isPaged = changes.url.includes('{offset}') && records.length >= PAGE;
    return ok({ records, next: isPaged ? { ...further, url: null } : null, systemTime });
  }

  #records(items: readonly unknown[]): readonly SystemRecord[] {
    return items.map((item) => readRecord(item, this.#plan.record));
  }
}
