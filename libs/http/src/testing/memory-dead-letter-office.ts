import {
  DeadLetterOffice,
  MOST_MOVED,
  type FiledLetter,
  type LetterChoice,
  type LetterFilter,
} from '@stadtfunk/ingest';
import type { QuarantinedReading } from '@stadtfunk/readings';
import { pageOf } from './page-of.ts';

/** Dead letters in memory. */
export class MemoryDeadLetterOffice extends DeadLetterOffice {
  /** @param ownerOf the department that a device belongs to by its asset */
  constructor(private readonly ownerOf: (deviceId: string) => string | undefined = () => undefined) {
    super();
  }

  readonly letters = new Map<string, FiledLetter>();
  readonly quarantined: (QuarantinedReading & { readonly quarantineId: string })[] = [];

  override async list({ state, deviceId, code, departments, ...page }: LetterFilter) {
    const fits = (letter: FiledLetter) =>
      (state === undefined || letter.state === state) &&
      (deviceId === undefined || letter.deviceId === deviceId) &&
      (code === undefined || letter.code === code) &&
      this.#isOf(letter, departments);
    return pageOf([...this.letters.values()].filter(fits), ({ letterId }) => letterId, page);
  }

  override async find(letterId: string): Promise<FiledLetter | undefined> {
    return this.letters.get(letterId);
  }

  override async retry(which: LetterChoice): Promise<number> {
    return this.#moveOpen('retry', which);
  }

  override async discard(which: LetterChoice): Promise<number> {
    return this.#moveOpen('discarded', which);
  }

  #moveOpen(state: FiledLetter['state'], which: LetterChoice): number {
    const fits = (letter: FiledLetter) =>
      'letterIds' in which
        ? which.letterIds.includes(letter.letterId)
        : letter.code === which.code &&
          (which.deviceId ?? letter.deviceId) === letter.deviceId &&
          this.#isOf(letter, which.departments);
    const open = [...this.letters.values()].filter((letter) => letter.state === 'open' && fits(letter));
    const moved = open.slice(0, MOST_MOVED);
    for (const letter of moved) this.letters.set(letter.letterId, { ...letter, state });
    return moved.length;
  }

  override async listQuarantined(filter: Parameters<DeadLetterOffice['listQuarantined']>[0]) {
    const readings = this.quarantined.filter(
      (reading) =>
        (filter.deviceId ?? reading.deviceId) === reading.deviceId && this.#isOf(reading, filter.departments),
    );
    return pageOf(readings, ({ quarantineId }) => quarantineId, filter);
  }

  #isOf({ deviceId }: { readonly deviceId: string }, departments: readonly string[] | undefined): boolean {
    return departments === undefined || departments.includes(this.ownerOf(deviceId) ?? '');
  }
}
