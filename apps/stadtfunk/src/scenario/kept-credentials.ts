import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KnownCredentials } from '@stadtfunk/device-simulator';

/** The passwords of simulated devices, which the platform told only once. */
export class KeptCredentials {
  readonly #path: string;
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'secrets');
    this.#path = join(this.#folder, 'simulated-devices.json');
  }

  async load(): Promise<KnownCredentials> {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8')) as KnownCredentials;
    } catch {
      // None yet, or torn by a crash: then every device gets a new password.
      return {};
    }
  }

  async save(credentials: KnownCredentials): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(`${this.#path}.new`, JSON.stringify(credentials), { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
  }
}
