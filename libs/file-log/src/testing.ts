import { Fault } from '@stadtfunk/kernel';
import type { DirectoryLock } from './directory-lock.ts';
import type { FileLayer, LogFile } from './file-layer.ts';

type Operation = 'open' | 'write' | 'read' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncDirectory';

interface Inode {
  content: Buffer;
  durable: Buffer;
}

const SECTOR_BYTES = 512;

/** What a cut leaves of a file: of each sector the old bytes or the new ones, of the new length a part, with holes of zeros. */
function torn({ content, durable }: Inode, random: () => number): Buffer {
  const length =
    random() < 0.3 ? content.length : durable.length + Math.round((content.length - durable.length) * random());
  const left = Buffer.alloc(Math.max(0, length));
  durable.copy(left);
  for (let at = 0; at < left.length; at += SECTOR_BYTES) {
    if (random() < 0.5) content.subarray(at, at + SECTOR_BYTES).copy(left, at);
  }
  return left;
}

/**
 * A disk in memory that can be cut off from power and made to fail. What was not synced is gone after a cut, names included.
 * A descriptor whose sync has failed says that all is well ever after and keeps nothing, as Linux does.
 */
export class MemoryDisk implements FileLayer {
  /** At most this many bytes per write. */
  shortWrites = Infinity;
  free = 1e12;
  /** A disk that says it has synced and has not. */
  lies = false;
  readonly counts = new Map<Operation, number>();
  readonly #failures: { readonly operation: Operation; readonly code: string; times: number; after: number }[] = [];
  #names = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  readonly #locked = new Set<string>();
  /** Changes of names since the directory was synced, oldest first. */
  #renamings: ((names: Map<string, Inode>) => void)[] = [];
  #power = 0;
  #failedSyncs = 0;
  #countdown: { left: number; readonly act: () => void } | undefined;

  /** `times` calls of this kind fail, after `after` more that go well. */
  fail(operation: Operation, code: string, times = 1, after = 0): void {
    this.#failures.push({ operation, code, times, after });
  }

  heal(): void {
    this.#failures.length = 0;
  }

  /** Everything that is open is lost. `survives` says how many of a file's unsynced bytes made it nevertheless. */
  cut(survives: (unsynced: number) => number = () => 0): void {
    this.#power += 1;
    this.#countdown = undefined;
    this.#names = new Map(this.#durableNames);
    this.#renamings = [];
    this.#locked.clear();
    this.heal();
    for (const inode of this.#names.values()) {
      const extra = survives(Math.max(0, inode.content.length - inode.durable.length));
      inode.content = Buffer.concat([inode.durable, inode.content.subarray(inode.durable.length).subarray(0, extra)]);
      inode.durable = inode.content;
    }
  }

  /**
   * As `cut`, but what was not synced may be there nevertheless: any sectors of it, and any of the names that were changed, as a
   * disk with a cache of its own writes them, in no order.
   */
  cutTorn(random: () => number): void {
    const names = new Map(this.#durableNames);
    for (const rename of this.#renamings) if (random() < 0.5) rename(names);
    this.#names = names;
    for (const inode of names.values()) inode.durable = torn(inode, random);
    this.#replaceDurable(names);
    this.cut();
  }

  /** Does something, such as a cut, in the middle of the operation that comes after `operations` more. */
  after(operations: number, act: () => void): void {
    this.#countdown = { left: operations, act };
  }

  /** The process dies and the power stays on: what was written is there, synced or not. */
  kill(): void {
    this.#power += 1;
    this.#countdown = undefined;
    this.#locked.clear();
    this.heal();
  }

  /** The disk as one process sees it: once that is killed, or the power is cut, it does nothing more. */
  boot(): FileLayer {
    const power = this.#power;
    const alive = <Args extends unknown[], T>(act: (...args: Args) => Promise<T>) => {
      return (...args: Args) => (power === this.#power ? act(...args) : Promise.reject(errno('EIO')));
    };
    return {
      open: alive((path, mode) => this.open(path, mode)),
      rename: alive((from, to) => this.rename(from, to)),
      remove: alive((path) => this.remove(path)),
      list: alive((directory) => this.list(directory)),
      makeDirectory: alive(() => this.makeDirectory()),
      syncDirectory: alive((directory) => this.syncDirectory(directory)),
      freeBytes: alive(() => this.freeBytes()),
      lock: alive((directory) => this.lock(directory)),
    };
  }

  /** The names in a directory, for tests that look or tamper. */
  names(directory: string): string[] {
    return [...this.#names.keys()]
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1));
  }

  contentOf(path: string): Buffer {
    const inode = this.#names.get(path);
    if (!inode) throw errno('ENOENT');
    return inode.content;
  }

  put(path: string, content: Uint8Array): void {
    const inode = { content: Buffer.from(content), durable: Buffer.from(content) };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  async open(path: string, mode: 'create' | 'write' | 'read'): Promise<LogFile> {
    await this.#do('open');
    const found = this.#names.get(path);
    if (mode === 'create' && found) throw errno('EEXIST');
    if (mode !== 'create' && !found) throw errno('ENOENT');
    const inode = found ?? { content: Buffer.alloc(0), durable: Buffer.alloc(0) };
    if (!found) this.#rename((names) => names.set(path, inode));
    return this.#fileOf(inode);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#do('rename');
    const inode = this.#names.get(from);
    if (!inode) throw errno('ENOENT');
    this.#rename((names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#do('remove');
    this.#rename((names) => names.delete(path));
  }

  async list(directory: string): Promise<string[]> {
    await this.#do('read');
    return this.names(directory);
  }

  makeDirectory(): Promise<void> {
    return Promise.resolve();
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.#do('syncDirectory');
    for (const path of [...this.#durableNames.keys()]) {
      if (path.startsWith(`${directory}/`)) this.#durableNames.delete(path);
    }
    for (const [path, inode] of this.#names) if (path.startsWith(`${directory}/`)) this.#durableNames.set(path, inode);
    this.#renamings = [];
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(this.free);
  }

  lock(directory: string): Promise<DirectoryLock> {
    if (this.#locked.has(directory)) return Promise.reject(new Fault('log.locked', directory, false));
    this.#locked.add(directory);
    return Promise.resolve({ release: () => Promise.resolve(void this.#locked.delete(directory)) });
  }

  #rename(rename: (names: Map<string, Inode>) => void): void {
    rename(this.#names);
    this.#renamings.push(rename);
  }

  #replaceDurable(names: ReadonlyMap<string, Inode>): void {
    this.#durableNames.clear();
    for (const [path, inode] of names) this.#durableNames.set(path, inode);
  }

  #fileOf(inode: Inode): LogFile {
    const power = this.#power;
    const on = () => {
      if (power !== this.#power) throw errno('EIO');
    };
    let poisoned = false;
    return {
      write: async (bytes, position) => {
        const put = (count: number) => {
          on();
          const content = Buffer.alloc(Math.max(inode.content.length, position + count));
          inode.content.copy(content);
          content.set(bytes.subarray(0, count), position);
          inode.content = content;
          return count;
        };
        try {
          await this.#do('write');
        } catch (thrown) {
          // A write that fails may have come half way.
          put(Math.floor(bytes.length / 2));
          throw thrown;
        }
        return put(Math.min(bytes.length, this.shortWrites));
      },
      read: async (target, position) => {
        await this.#do('read');
        on();
        return inode.content.copy(target, 0, position);
      },
      sync: async () => {
        try {
          await this.#do('sync');
        } catch (thrown) {
          poisoned = true;
          // It may have come far nevertheless: every other time, to the end.
          if (power === this.#power && this.#failedSyncs++ % 2 === 0) inode.durable = Buffer.from(inode.content);
          throw thrown;
        }
        on();
        if (!poisoned && !this.lies) inode.durable = Buffer.from(inode.content);
      },
      truncate: async (length) => {
        await this.#do('truncate');
        on();
        inode.content = Buffer.from(inode.content.subarray(0, length));
      },
      size: () => Promise.resolve(inode.content.length),
      close: () => Promise.resolve(),
    };
  }

  async #do(operation: Operation): Promise<void> {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    const power = this.#power;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#countdown && this.#countdown.left-- <= 0) this.#countdown.act();
    if (power !== this.#power) throw errno('EIO');
    const failure = this.#failures.find((candidate) => candidate.operation === operation && candidate.times > 0);
    if (!failure) return;
    if (failure.after-- > 0) return;
    failure.times -= 1;
    throw errno(failure.code);
  }
}

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}
