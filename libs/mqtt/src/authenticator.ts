import { randomBytes } from 'node:crypto';
import type { BoundDevice, DeviceCredential, DeviceDirectory } from '@stadtfunk/devices';
import { Fault, messageOf, type Clock } from '@stadtfunk/kernel';
import type { Log } from './log.ts';
import type { MqttIntakeOptions } from './options.ts';
import { PasswordMemory } from './password-memory.ts';
import { isDeviceId } from './topics.ts';
import { VerificationQueue } from './verification-queue.ts';

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

const BAD_CREDENTIALS = refuse('connect.badCredentials', CONNACK.badUserNameOrPassword);

/**
 * Tells whether a device is who it says. An unknown device and a wrong password get the same answer after the same
 * work; that a device is planned or retired is told only to whoever knows its password.
 */
export class Authenticator {
  readonly #memory: PasswordMemory;
  readonly #queue: VerificationQueue;
  /** What the password of an unknown device is compared with. */
  #decoyHash = '';

  constructor(
    private readonly dependencies: AuthenticatorDependencies,
    options: MqttIntakeOptions,
  ) {
    this.#memory = new PasswordMemory(options);
    this.#queue = new VerificationQueue(options.maxVerifying, options.maxWaitingToVerify);
  }

  /** Verifications that run or wait. */
  get verifying(): number {
    return this.#queue.size;
  }

  async prepare(): Promise<void> {
    this.#decoyHash = await this.dependencies.hashPassword(randomBytes(16).toString('hex'));
  }

  /** Never rejects. `isWanted` says whether the connection is still there when its turn comes. */
  async authenticate(
    deviceId: string | undefined,
    password: Uint8Array | undefined,
    isWanted: () => boolean,
  ): Promise<Admission> {
    if (!deviceId || !password || !isDeviceId(deviceId)) return BAD_CREDENTIALS;
    const { credentials, log } = this.dependencies;
    const mark = this.#memory.markOf(deviceId, password);
    try {
      const passwordHash = (await credentials(deviceId))?.passwordHash;
      if (passwordHash !== undefined && this.#memory.isVerified(deviceId, mark, passwordHash)) {
        return this.#admit(deviceId, true);
      }
      const verified = await this.#verify(deviceId, password, mark, passwordHash, isWanted);
      if (verified === 'busy') return refuse('connect.busy', CONNACK.unavailable);
      return verified === true ? this.#admit(deviceId, false) : BAD_CREDENTIALS;
    } catch (thrown) {
      // With the records away, whoever was verified before goes on: intake must not depend on them.
      if (this.#memory.isVerified(deviceId, mark)) return this.#admit(deviceId, true);
      const code = thrown instanceof Fault ? thrown.code : undefined;
      log.error({ deviceId, fault: code, error: messageOf(thrown) }, 'credentials cannot be checked');
      return refuse('connect.unavailable', CONNACK.unavailable);
    }
  }

  async #verify(
    deviceId: string,
    password: Uint8Array,
    mark: Buffer,
    passwordHash: string | undefined,
    isWanted: () => boolean,
  ): Promise<boolean | 'busy' | 'unwanted'> {
    const { clock, verifyPassword } = this.dependencies;
    if (this.#memory.isRejected(mark, passwordHash, clock.now())) return false;
    return this.#queue.run(async () => {
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
    }, isWanted);
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

function refuse(code: string, returnCode: ConnackRefusal): Admission {
  return { ok: false, code, returnCode };
}
