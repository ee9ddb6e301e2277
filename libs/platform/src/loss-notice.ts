import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@stadtfunk/kernel';

/** Acknowledged uplinks that are nowhere any more. */
export interface Loss {
  readonly uplinks: number;
  /** When it was found first and last, ISO 8601. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/**
 * What was lost, in a file beside the uplink log: it outlives the process, needs no server, and stays until somebody who has seen it
 * removes the file.
 */
export class LossNotice {
  readonly file: string;

  constructor(
    dataDir: string,
    private readonly clock: Clock,
  ) {
    this.file = join(dataDir, 'uplinks-lost.json');
  }

  /** null: nothing was lost, or somebody has seen it. */
  async present(): Promise<Loss | null> {
    const text = await readFile(this.file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return null;
      throw thrown;
    });
    return text === null ? null : lossOf(text);
  }

  async add(uplinks: number): Promise<void> {
    const lastAt = new Date(this.clock.now()).toISOString();
    const before = await this.present();
    const loss: Loss = { uplinks: (before?.uplinks ?? 0) + uplinks, firstAt: before?.firstAt ?? lastAt, lastAt };
    const next = `${this.file}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(loss)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.file);
  }

  /** In words, for whoever looks after the installation. */
  async text(): Promise<string | null> {
    const loss = await this.present();
    if (!loss) return null;
    const when = loss.firstAt === loss.lastAt ? `at ${loss.firstAt}` : `from ${loss.firstAt} to ${loss.lastAt}`;
    return `forwarder.lost: ${loss.uplinks} acknowledged uplinks were lost in Redis (${when}); docs/backup.md says what to do`;
  }
}

/** Whatever somebody has made of the file: that there is one says enough, and must not keep the next loss from being noted. */
function lossOf(text: string): Loss {
  try {
    return JSON.parse(text) as Loss;
  } catch {
    return { uplinks: 0, firstAt: 'unknown', lastAt: 'unknown' };
  }
}
