import { randomBytes } from 'node:crypto';
import type { BoundDevice, DeviceCredential, DeviceDirectory } from '@stadtfunk/devices';
import { FairQueue, Fault, messageOf, type Clock } from '@stadtfunk/kernel';
import type { Log } from './log.ts';
import type { MqttIntakeOptions } from './options.ts';
import { PasswordMemory } from './password-memory.ts';
import { Suspects } from './suspects.ts';
import { isDeviceId } from './topics.ts';

/** Return codes of CONNACK (MQTT 3.1.1, table 3.1). */
export const CONNACK = { identifierRejected: 2, unavailable: 3, badUserNameOrPassword: 4, notAuthorized: 5 } as const;
export type ConnackRefusal = (typeof CONNACK)[keyof typeof CONNACK];

export type Admission =
  | { readonly ok: true; readonly bound: BoundDevice; readonly fromMemory: boolean }
  | { readonly ok: false; readonly code: string; readonly returnCode: ConnackRefusal };

export interface Passwords {
  /** PHC string of the password. */
  readonly hashPassword: (password: string) => Promise<string>;
  /** Whether this is the password of a PHC string; throws if it is no such string. */
  readonly verifyPassword: (password: Uint8Array, passwordHash: string) => Promise<boolean>;
}

export interface AuthenticatorDependencies extends Passwords {
  readonly directory: DeviceDirectory;
  readonly credentials: (deviceId: string) => Promise<DeviceCredential | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Look-ups of strangers' credentials at once: leaves the records' connections to others. */
const LOOKUPS_AT_ONCE = 8;

const BAD_CREDENTIALS = refuse('connect.badCredentials', CONNACK.badUserNameOrPassword);

/**
 * Tells whether a device is who it says. An unknown device and a wrong password get the same answer after the same
 * work; that a device is planned or retired is told only to whoever knows its password.
 */
export class Authenticator {
  readonly #memory: PasswordMemory;
  readonly #suspects = new Suspects();
  /** Of those who are not remembered: what they make the records do must not keep them from others. */
  readonly #lookups: FairQueue;
  readonly #verifications: FairQueue;
  readonly #lookupTimeoutMs: number;
  /** What the password of an unknown device is compared with. */
  #decoyHash = '';

  constructor(
    private readonly dependencies: AuthenticatorDependencies,
    options: MqttIntakeOptions,
  ) {
    this.#memory = new PasswordMemory(options);
    const isSuspect = (origin: string) => this.#suspects.has(origin);
    this.#lookups = new FairQueue(LOOKUPS_AT_ONCE, options.maxUnauthenticated, isSuspect);
    this.#verifications = new FairQueue(options.maxVerifying, options.maxWaitingToVerify, isSuspect);
    this.#lookupTimeoutMs = options.authenticationTimeoutMs;
  }

  /** Verifications that run or wait. */
  get verifying(): number {
    return this.#verifications.size;
  }

  async prepare(): Promise<void> {
    this.#decoyHash = await this.dependencies.hashPassword(randomBytes(16).toString('hex'));
  }

  /** Never rejects. `isWanted` says whether the connection is still there when its turn comes. */
  async authenticate(
    deviceId: string | undefined,
    password: Uint8Array | undefined,
    origin: string,
    isWanted: () => boolean,
  ): Promise<Admission> {
    if (!deviceId || !password || !isDeviceId(deviceId)) return BAD_CREDENTIALS;
    const mark = this.#memory.markOf(deviceId, password);
    try {
      const verified = await this.#check(deviceId, password, mark, origin, isWanted);
      if (verified === 'busy') return refuse('connect.busy', CONNACK.unavailable);
      if (verified === 'unwanted') return BAD_CREDENTIALS;
      this.#suspects.note(origin, verified !== false);
      return verified === false ? BAD_CREDENTIALS : this.#admit(deviceId, verified === 'remembered');
    } catch (thrown) {
      // With the records away, whoever was verified before goes on: intake must not depend on them.
      if (this.#memory.isVerified(deviceId, mark)) return this.#admit(deviceId, true);
      const code = thrown instanceof Fault ? thrown.code : undefined;
      this.dependencies.log.error({ deviceId, fault: code, error: messageOf(thrown) }, 'credentials cannot be checked');
      return refuse('connect.unavailable', CONNACK.unavailable);
    }
  }

  async #check(
    deviceId: string,
    password: Uint8Array,
    mark: Buffer,
    origin: string,
    isWanted: () => boolean,
  ): Promise<boolean | 'remembered' | 'busy' | 'unwanted'> {
    const { credentials, clock, verifyPassword } = this.dependencies;
    // Whoever was verified before waits for no stranger.
    const found = this.#memory.isVerified(deviceId, mark)
      ? await credentials(deviceId)
      : await this.#lookups.run(origin, () => within(this.#lookupTimeoutMs, credentials(deviceId)), isWanted);
    if (found === 'busy' || found === 'unwanted') return found;
    const passwordHash = found?.passwordHash;
    if (passwordHash !== undefined && this.#memory.isVerified(deviceId, mark, passwordHash)) return 'remembered';
    if (this.#memory.isRejected(mark, passwordHash, clock.now())) return false;
    const verify = async () => {
      // The same password may have been verified for another connection while this one waited.
      if (passwordHash !== undefined && this.#memory.isVerified(deviceId, mark, passwordHash)) return true;
      if (this.#memory.isRejected(mark, passwordHash, clock.now())) return false;
      const matches = await verifyPassword(password, passwordHash ?? this.#decoyHash);
      if (matches && passwordHash !== undefined) {
        this.#memory.rememberVerified(deviceId, mark, passwordHash);
        return true;
      }
      this.#memory.rememberRejected(mark, passwordHash, clock.now());
      return false;
    };
    return this.#verifications.run(origin, verify, isWanted);
  }

  #admit(deviceId: string, fromMemory: boolean): Admission {
    const bound = this.dependencies.directory.find(deviceId);
    // Registered a moment ago and not in the directory yet: it may come back.
    if (!bound) return refuse('connect.notInDirectory', CONNACK.unavailable);
    return maySend(bound)
      ? { ok: true, bound, fromMemory }
      : refuse(`device.${bound.device.lifecycle}`, CONNACK.notAuthorized);
  }
}

/** Devices that are planned or retired may not connect, and lose their connection when they become so. */
export function maySend(bound: BoundDevice): boolean {
  return bound.device.lifecycle === 'active' || bound.device.lifecycle === 'maintenance';
}

/** What hangs must not keep a place for ever. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const fault = new Fault('credentials.timeout', `the records do not answer within ${timeoutMs} ms`, true);
    timer = setTimeout(() => reject(fault), timeoutMs);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

function refuse(code: string, returnCode: ConnackRefusal): Admission {
  return { ok: false, code, returnCode };
}
