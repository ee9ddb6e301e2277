import type { Fault } from '@stadtfunk/kernel';
import { CONSUMER_GROUPS, type ConsumerGroup, type Positions } from '@stadtfunk/uplinks';
import { readWhole, replaceFile, type FileLayer } from './file-layer.ts';
import { ioFault } from './segment.ts';

const FILE = 'positions.json';
const WRITE_EVERY_MS = 1_000;

interface Stored {
  readonly logId: string;
  readonly groups: Readonly<Partial<Record<string, unknown>>>;
}

/**
 * How far each consumer group has come, for retention. The records database is the authority on positions, so this file
 * may lag behind it: it is written at most once a second, and a lost or damaged one only makes retention wait.
 */
export class GroupPositions {
  readonly #groups = new Map<ConsumerGroup, Positions>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly layer: FileLayer,
    private readonly directory: string,
    private readonly logId: string,
    private readonly onFault: (fault: Fault) => void,
  ) {}

  /** `heads` bounds what is believed of the file. */
  static async open(
    layer: FileLayer,
    directory: string,
    logId: string,
    heads: Positions,
    onFault: (fault: Fault) => void,
  ): Promise<GroupPositions> {
    const positions = new GroupPositions(layer, directory, logId, onFault);
    for (const group of CONSUMER_GROUPS)
      positions.#groups.set(
        group,
        heads.map(() => 0),
      );
    try {
      const bytes = await readWhole(layer, `${directory}/${FILE}`);
      const stored = bytes ? (JSON.parse(bytes.toString()) as Stored) : undefined;
      if (stored?.logId === logId) {
        for (const group of CONSUMER_GROUPS) positions.advance(group, asPositions(stored.groups[group]), heads);
      }
    } catch (thrown) {
      onFault(ioFault(`reading ${FILE}`, thrown));
    }
    return positions;
  }

  get all(): readonly Positions[] {
    return [...this.#groups.values()];
  }

  of(group: ConsumerGroup): Positions {
    return this.#groups.get(group) ?? [];
  }

  /** Moves a group forward, never back and never beyond what the log holds. */
  advance(group: ConsumerGroup, positions: Positions, heads: Positions): void {
    const before = this.of(group);
    const after = heads.map((head, partition) => {
      const position = Math.min(Math.floor(positions[partition] ?? 0), head);
      return position > (before[partition] ?? 0) ? position : (before[partition] ?? 0);
    });
    this.#groups.set(group, after);
  }

  /** Writes within a second. */
  save(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_EVERY_MS).unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const stored: Stored = { logId: this.logId, groups: Object.fromEntries(this.#groups) };
    try {
      const file = await replaceFile(this.layer, this.directory, FILE, Buffer.from(JSON.stringify(stored)));
      await file.close();
    } catch (thrown) {
      this.onFault(ioFault(`writing ${FILE}`, thrown));
    }
  }
}

function asPositions(value: unknown): Positions {
  if (!Array.isArray(value)) return [];
  const sequences: unknown[] = value;
  return sequences.every(isSequence) ? sequences : [];
}

function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
