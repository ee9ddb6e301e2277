import type { DeviceDirectory } from '@stadtfunk/devices';
import { type Clock, type Fault } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';
import { maySend } from './authenticator.ts';
import type { MqttIntakeCounters } from './counters.ts';
import type { DeviceConnection, Refusal } from './device-connection.ts';
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
export class PublishPath {
  /** Uplinks of all connections that wait for the log. */
  inFlight = 0;
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
    this.#begin(connection, offeredAt);
    offerOnce(this.dependencies.intake, uplink, (fault) => {
      this.#end(connection, fault, offeredAt);
      // Also after QoS 0: the device cannot know otherwise that its uplinks are lost.
      if (fault) connection.refuse({ code: fault.code, error: fault.message });
      else if (uplink.qos > 0 && !connection.isClosed) answer(null);
    });
  }

  #begin(connection: DeviceConnection, now: number): void {
    if (connection.inFlight === 0) connection.progressAt = now;
    connection.inFlight += 1;
    this.inFlight += 1;
    if (connection.inFlight >= this.options.pauseAtInFlight) connection.pause('own');
    if (this.inFlight >= this.options.maxInFlight) {
      connection.pause('total');
      this.#heldBack.add(connection);
    }
  }

  #end(connection: DeviceConnection, fault: Fault | null, offeredAt: number): void {
    const { counters, onAcknowledged } = this.dependencies;
    const now = performance.now();
    connection.inFlight -= 1;
    connection.progressAt = now;
    this.inFlight -= 1;
    if (!fault) {
      counters.uplinksAccepted += 1;
      onAcknowledged(now - offeredAt);
    }
    if (connection.inFlight <= this.options.resumeAtInFlight) connection.resume('own');
    if (this.#heldBack.size > 0 && this.inFlight <= this.options.maxInFlight / 2) {
      for (const held of this.#heldBack) held.resume('total');
      this.#heldBack.clear();
    }
  }
}
