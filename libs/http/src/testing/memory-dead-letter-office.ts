import { DeadLetterOffice, type FiledLetter, type LetterFilter } from '@stadtfunk/ingest';
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

  override async retry(which: Parameters<DeadLetterOffice['retry']>[0]): Promise<number> {
    const fits = (letter: FiledLetter) =>
      'code' in which
        ? letter.code === which.code && this.#isOf(letter, which.departments)
        : which.letterIds.includes(letter.letterId);
    const open = [...this.letters.values()].filter((letter) => letter.state === 'open' && fits(letter));
    for (const letter of open) this.letters.set(letter.letterId, { ...letter, state: 'retry' });
    return open.length;
  }

  override async discard(letterId: string): Promise<boolean> {
    const letter = this.letters.get(letterId);
    if (letter?.state !== 'open') return false;
    this.letters.set(letterId, { ...letter, state: 'discarded' });
    return true;
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
