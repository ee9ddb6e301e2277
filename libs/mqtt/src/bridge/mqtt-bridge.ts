import { messageOf, type Clock } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';
import { RefusalLog, type Log } from '../log.ts';
import { offerOnce, type UplinkSink } from '../uplink-sink.ts';
import { brokerAddressOf, openStream, type BrokerAddress } from './broker-address.ts';
import { BrokerConnection } from './broker-connection.ts';
import { MqttBridgeCounters } from './counters.ts';
import type { OversizedPublish } from './frame-reader.ts';
import { MQTT_BRIDGE_DEFAULTS, type MqttBridgeOptions } from './options.ts';
import type { PublishPacket } from './publish-packet.ts';
import { Subscriptions } from './subscriptions.ts';
import type { TopicDirectory } from './topic-directory.ts';
import { TopicRoutes } from './topic-routes.ts';
import { checkFilter, matcherOf, TopicTemplate } from './topic-template.ts';

export interface MqttBridgeDependencies {
  readonly intake: UplinkSink;
  readonly directory: TopicDirectory;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how long each accepted uplink waited for the log, ms: for a histogram. */
  readonly onAcknowledged?: (latencyMs: number) => void;
}

/** Settings of the bridge with everything that follows from them. */
interface Plan {
  readonly address: BrokerAddress;
  readonly routes: TopicRoutes;
  readonly subscriptions: Subscriptions;
}

/** Longer topics are cut in logs, and in the uplink log, whose records bound them. */
const LONGEST_TOPIC = 1_024;

/**
 * The intake from an MQTT broker that devices publish to: subscribes with QoS 1 in a session that the broker keeps, and acknowledges an
 * uplink to the broker when the sink says that it is durable. What was not acknowledged comes again after a reconnect, so the
 * log may get it twice, and never not at all.
 */
export class MqttBridge {
  readonly counters: MqttBridgeCounters;
  readonly #options: MqttBridgeOptions;
  readonly #refusals: RefusalLog;
  #plan: Plan | undefined;
  #connection: BrokerConnection | null = null;
  #isReady = false;
  #problem: string | null = 'not started';
  #inFlight = 0;
  #inFlightBytes = 0;
  #hadSession = false;
  /** Connections in a row that brought nothing and did not last. */
  #failures = 0;
  #connectedAt = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #following: NodeJS.Immediate | undefined;
  #phase: 'new' | 'running' | 'stopping' = 'new';
  #onReady: () => void = () => undefined;
  readonly #waitingForIdle: (() => void)[] = [];

  constructor(
    private readonly dependencies: MqttBridgeDependencies,
    options: Partial<MqttBridgeOptions> & Pick<MqttBridgeOptions, 'url'>,
  ) {
    this.#options = { ...MQTT_BRIDGE_DEFAULTS, ...options };
    this.counters = new MqttBridgeCounters({ isConnected: () => this.isConnected, inFlight: () => this.#inFlight });
    this.#refusals = new RefusalLog(dependencies.log, () => performance.now(), 'the MQTT bridge');
  }

  /** Whether the broker sends us uplinks now. */
  get isConnected(): boolean {
    return this.#isReady;
  }

  /** Why it is not connected, for readiness; null while it is. */
  get problem(): string | null {
    return this.#isReady ? null : this.#problem;
  }

  /**
   * Resolves when the bridge is subscribed for the first time, or stopped; until then it keeps trying. Rejects at once with a fault
   * (`bridge.url`, `bridge.topicFilter`) when the settings are wrong.
   */
  async start(): Promise<void> {
    this.#plan = this.#makePlan();
    this.#phase = 'running';
    this.#problem = 'connecting';
    if (this.#options.ownTopicFilters === null) this.dependencies.directory.onTopicsChanged(() => this.#followLater());
    const ready = new Promise<void>((resolve) => (this.#onReady = resolve));
    this.#connect(this.#plan);
    await ready;
  }

  /** Takes no more, gives uplinks that wait for the log `stopTimeoutMs`, acknowledges, disconnects. The broker keeps the session. */
  async stop(): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#phase = 'stopping';
    clearTimeout(this.#timer);
    clearImmediate(this.#following);
    this.dependencies.directory.onTopicsChanged(() => undefined);
    this.#connection?.pause();
    const { stopTimeoutMs } = this.#options;
    await this.#idle(stopTimeoutMs);
    await this.#connection?.disconnect(Math.min(500, stopTimeoutMs));
    this.#connection = null;
    this.#isReady = false;
    this.#problem = 'stopped';
    this.#onReady();
  }

  #makePlan(): Plan {
    const { uplinkTopics, ownTopicFilters } = this.#options;
    const { directory } = this.dependencies;
    const templates = uplinkTopics.map((template) => new TopicTemplate(template));
    for (const filter of ownTopicFilters ?? []) checkFilter(filter);
    const required = [...new Set([...templates.map(({ filter }) => filter), ...(ownTopicFilters ?? [])])];
    const matchers = required.map(matcherOf);
    const listOthers = () =>
      ownTopicFilters ? [] : [...directory.ownTopics()].filter((topic) => !matchers.some((matches) => matches(topic)));
    return {
      address: brokerAddressOf(this.#options),
      routes: new TopicRoutes(templates, directory),
      subscriptions: new Subscriptions(required, listOthers, {
        onReady: () => this.#ready(),
        onRefused: (filter, isRequired) => this.#notSubscribed(filter, isRequired),
      }),
    };
  }

  #connect(plan: Plan): void {
    const { address, subscriptions } = plan;
    const { username, password } = address;
    const connection: BrokerConnection = new BrokerConnection(
      openStream(address, this.#options),
      { ...this.#options, username, password },
      {
        onConnected: (sessionPresent) => {
          this.#connected(sessionPresent, address);
          subscriptions.begin(connection);
        },
        onSuback: (messageId, granted) => subscriptions.take(messageId, granted),
        onPublish: (packet, acknowledge) => this.#take(connection, plan.routes, packet, acknowledge),
        onOversized: (publish) => this.#leftOut(publish),
        onClosed: (code, detail) => this.#closed(plan, code, detail),
      },
    );
    this.#connection = connection;
  }

  #connected(sessionPresent: boolean, { display }: BrokerAddress): void {
    const { clientId } = this.#options;
    this.counters.connectionsOpened += 1;
    this.#connectedAt = performance.now();
    this.#problem = 'not subscribed yet';
    if (!sessionPresent) {
      this.counters.sessionsNew += 1;
      if (this.#hadSession) this.counters.sessionsLost += 1;
      const message = this.#hadSession
        ? 'the broker has lost the session: what it had kept for the bridge is lost'
        : 'the broker has no session of this client id: the first start, or what it had kept for the bridge is lost';
      this.dependencies.log.warn({ code: 'session.absent', broker: display, clientId }, message);
    }
    this.#hadSession = true;
    this.dependencies.log.info({ broker: display, clientId, sessionPresent }, 'the MQTT bridge is connected');
  }

  #ready(): void {
    this.#isReady = true;
    this.#onReady();
  }

  #notSubscribed(filter: string, isRequired: boolean): void {
    this.#refused('subscribe.refused', { filter: filter.slice(0, LONGEST_TOPIC) });
    if (isRequired) this.#connection?.close('subscribe.refused', `the broker does not grant ${filter} with QoS 1`);
  }

  #closed(plan: Plan, code: string, detail: string): void {
    const wasReady = this.#isReady;
    this.#connection = null;
    this.#isReady = false;
    if (this.#phase === 'stopping') return;
    this.#problem = `${code}: ${detail}`;
    if (wasReady) this.counters.connectionsLost += 1;
    const { minBackoffMs, maxBackoffMs } = this.#options;
    if (performance.now() - this.#connectedAt > maxBackoffMs) this.#failures = 0;
    this.#connectedAt = Infinity;
    const ceiling = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    const waitMs = Math.round(ceiling * (0.5 + Math.random() / 2));
    this.#refused(code, { detail, broker: plan.address.display, waitMs });
    // First every answer of the log: what comes again would otherwise overtake its first copy.
    void this.#idle(null).then(() => {
      if (this.#phase === 'running') this.#timer = setTimeout(() => this.#connect(plan), waitMs);
    });
  }

  #take(connection: BrokerConnection, routes: TopicRoutes, packet: PublishPacket, acknowledge: () => void): void {
    if (packet.dup) this.counters.redelivered += 1;
    if (packet.retain) this.counters.retained += 1;
    const topic = packet.topic.slice(0, LONGEST_TOPIC);
    const route = routes.find(packet.topic);
    if (!route) {
      // A subscription of an earlier configuration, kept in the session, or an unregistered device below `ownTopicFilters`.
      this.#refused('topic.unmatched', { topic });
      acknowledge();
      return;
    }
    if (route.oddity !== null) this.#refused(route.oddity, { topic });
    const { payload, qos } = packet;
    const uplink: Uplink = {
      deviceId: route.deviceId,
      topic,
      receivedAt: this.dependencies.clock.now(),
      qos,
      payload,
    };
    this.#offer(connection, uplink, acknowledge);
  }

  #offer(connection: BrokerConnection, uplink: Uplink, acknowledge: () => void): void {
    const { intake, onAcknowledged } = this.dependencies;
    const offeredAt = performance.now();
    const { pauseAtInFlight, resumeAtInFlight, pauseAtInFlightBytes } = this.#options;
    this.#inFlight += 1;
    this.#inFlightBytes += uplink.payload.length;
    if (this.#inFlight >= pauseAtInFlight || this.#inFlightBytes >= pauseAtInFlightBytes) connection.pause();
    offerOnce(intake, uplink, (fault) => {
      this.#inFlight -= 1;
      this.#inFlightBytes -= uplink.payload.length;
      if (fault) {
        connection.close(fault.code, fault.message);
      } else {
        this.counters.uplinksAccepted += 1;
        this.#failures = 0;
        onAcknowledged?.(performance.now() - offeredAt);
        acknowledge();
      }
      const isRelieved = this.#inFlight <= resumeAtInFlight && this.#inFlightBytes <= pauseAtInFlightBytes / 2;
      if (isRelieved && this.#phase === 'running') connection.resume();
      if (this.#inFlight === 0) for (const resolve of this.#waitingForIdle.splice(0)) resolve();
    });
  }

  #leftOut({ topic, bytes, qos }: OversizedPublish): void {
    this.#refused('publish.oversized', { topic: topic.slice(0, LONGEST_TOPIC), bytes, qos });
  }

  #refused(code: string, fields: object): void {
    this.counters.refuse(code);
    this.#refusals.write(code, fields);
  }

  /** Many devices may change in one go. */
  #followLater(): void {
    this.#following ??= setImmediate(() => {
      this.#following = undefined;
      try {
        this.#plan?.subscriptions.follow();
      } catch (thrown) {
        this.#refused('subscribe.defect', { error: messageOf(thrown) });
      }
    });
  }

  /** Resolves when no uplink waits for the log. */
  #idle(withinMs: number | null): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = withinMs === null ? undefined : setTimeout(resolve, withinMs);
      this.#waitingForIdle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
