import type { DeviceDirectory } from '@stadtfunk/devices';
import { type Clock, type Fault } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';
import { maySend } from './authenticator.ts';
import type { MqttIntakeCounters } from './counters.ts';
import type { DeviceConnection, ReadingGate, Refusal } from './device-connection.ts';
import type { MqttIntakeOptions } from './options.ts';
import { uplinkTopicOf } from './topics.ts';
import { offerOnce, type UplinkSink } from './uplink-sink.ts';

/** A PUBLISH packet as far as it matters here. The payload is taken out of it. */
export interface IncomingPublish {
  readonly topic: string;
  payload: string | Buffer;
  readonly qos: 0 | 1 | 2;
  retain: boolean;
}

export interface PublishPathDependencies {
  readonly intake: UplinkSink;
  readonly directory: DeviceDirectory;
  readonly clock: Clock;
  readonly counters: MqttIntakeCounters;
  /** Told how long an accepted uplink waited for its acknowledgement, ms. */
  readonly onAcknowledged: (latencyMs: number) => void;
}

const NOTHING = Buffer.alloc(0);

/** The way of a PUBLISH packet from aedes' hook to the log and back to its acknowledgement. */
export class PublishPath implements ReadingGate {
  /** Uplinks of all connections that wait for the log. */
  inFlight = 0;
  #inFlightBytes = 0;
  #isShut = false;
  readonly #heldBack = new Set<DeviceConnection>();

  constructor(
    private readonly dependencies: PublishPathDependencies,
    private readonly options: MqttIntakeOptions,
  ) {}

  /**
   * Answers null when the uplink is durable (aedes then sends PUBACK or PUBREC), at once for QoS 0. Whatever may not be
   * acknowledged closes the connection. Answers at most once, and never throws.
   */
  take(connection: DeviceConnection, packet: IncomingPublish, answer: (error?: Error | null) => void): void {
    const refusal = this.#refusalOf(connection, packet);
    if (refusal) {
      connection.refuse(refusal);
      answer(new Error(refusal.code));
      return;
    }
    const uplink: Uplink = {
      deviceId: connection.bound?.device.deviceId ?? '',
      topic: packet.topic,
      receivedAt: this.dependencies.clock.now(),
      qos: packet.qos,
      // A copy of the parser's own: nothing writes to it after this.
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
    };
    // Devices have nothing to retain here, and aedes keeps the packet of a QoS 2 handshake until it is released.
    packet.retain = false;
    packet.payload = NOTHING;
    this.#offer(connection, uplink, answer);
    // Asynchronously, because aedes reads on in the callback, and would do so in the middle of its parsing.
    if (packet.qos === 0) setImmediate(answer, null);
  }

  /**
   * Asked before each read and not only at each packet: otherwise every connection brings one more read beyond the limit,
   * and what the log has no room for can only be refused by closing connections.
   */
  holdsBack(connection: DeviceConnection): boolean {
    if (this.#isShut) this.#heldBack.add(connection);
    return this.#isShut;
  }

  #refusalOf(connection: DeviceConnection, packet: IncomingPublish): Refusal | null {
    if (connection.refusal) return connection.refusal;
    const known = connection.bound;
    const bound = known && this.dependencies.directory.find(known.device.deviceId);
    if (!bound) return { code: 'device.unknown' };
    if (bound !== known) {
      connection.bound = bound;
      connection.uplinkTopic = uplinkTopicOf(bound.device, this.options.uplinkTopic);
    }
    if (!maySend(bound)) return { code: `device.${bound.device.lifecycle}` };
    if (packet.topic === connection.uplinkTopic) return null;
    return { code: 'publish.foreignTopic', topic: packet.topic.slice(0, 200) };
  }

  #offer(connection: DeviceConnection, uplink: Uplink, answer: (error?: Error | null) => void): void {
    const offeredAt = performance.now();
    this.#begin(connection, uplink, offeredAt);
    offerOnce(this.dependencies.intake, uplink, (fault) => {
      this.#end(connection, uplink, fault, offeredAt);
      // Also after QoS 0: the device cannot know otherwise that its uplinks are lost.
      if (fault) connection.refuse({ code: fault.code, error: fault.message });
      else if (uplink.qos > 0 && !connection.isClosed) answer(null);
    });
  }

  #begin(connection: DeviceConnection, { payload }: Uplink, now: number): void {
    const { pauseAtInFlight, maxInFlight, maxInFlightBytes } = this.options;
    if (connection.inFlight === 0) connection.progressAt = now;
    connection.inFlight += 1;
    this.inFlight += 1;
    this.#inFlightBytes += payload.length;
    if (connection.inFlight >= pauseAtInFlight) connection.pause();
    if (this.inFlight >= maxInFlight || this.#inFlightBytes >= maxInFlightBytes) this.#isShut = true;
  }

  #end(connection: DeviceConnection, { payload }: Uplink, fault: Fault | null, offeredAt: number): void {
    const { counters, onAcknowledged } = this.dependencies;
    const { resumeAtInFlight, maxInFlight, maxInFlightBytes } = this.options;
    const now = performance.now();
    connection.inFlight -= 1;
    connection.progressAt = now;
    this.inFlight -= 1;
    this.#inFlightBytes -= payload.length;
    if (!fault) {
      counters.uplinksAccepted += 1;
      onAcknowledged(now - offeredAt);
    }
    if (connection.inFlight <= resumeAtInFlight) connection.resume();
    const isRelieved = this.inFlight <= maxInFlight / 2 && this.#inFlightBytes <= maxInFlightBytes / 2;
    if (this.#isShut && isRelieved) this.#reopen();
  }

  #reopen(): void {
    this.#isShut = false;
    const waiting = [...this.#heldBack];
    this.#heldBack.clear();
    for (const connection of waiting) connection.wake();
  }
}
