import type { FileUplinkLog } from '@stadtfunk/file-log';
import { HTTP_LIMITS, runCheck, type HealthCheck } from '@stadtfunk/http';
import type { LedgerReport } from '@stadtfunk/ingest';
import type { CodedError } from '@stadtfunk/kernel';
import type { Outbox } from '@stadtfunk/maintenance';
import type { MqttBridgeCounters, MqttIntakeCounters } from '@stadtfunk/mqtt';
import type { Metrics } from '@stadtfunk/observability';
import type { Forwarder } from '@stadtfunk/redis';
import type { RuleSet } from '@stadtfunk/rules';
import type { ConsumerGroup, StoredUplink } from '@stadtfunk/uplinks';
import type { LossNotice } from './loss-notice.ts';
import type { Roles } from './roles.ts';

const MS = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000];

/** What the platform counts of itself. */
export class Measures {
  readonly #acknowledged;
  readonly #processed;
  readonly #problems;

  readonly #roles;

  constructor(private readonly metrics: Metrics) {
    this.#roles = metrics.info('role', 'Roles of this process', ['role']);
    this.#acknowledged = metrics.histogram('puback_ms', 'From the arrival of an uplink to its acknowledgement, ms', MS);
    this.#processed = metrics.counter('uplinks_processed_total', 'Uplinks committed, by consumer group', ['group']);
    this.#problems = metrics.counter('problems_total', 'Uplinks rejected and parts left out', ['group', 'code']);
  }

  acknowledged(latencyMs: number): void {
    this.#acknowledged.observe(latencyMs);
  }

  batch(group: ConsumerGroup, batch: readonly StoredUplink[]): void {
    this.#processed.inc({ group }, batch.length);
  }

  problem(group: ConsumerGroup, { code }: CodedError): void {
    this.#problems.inc({ group, code });
  }

  watchIntake(counters: MqttIntakeCounters): void {
    this.metrics.gauge('mqtt_connections', 'Open connections', () => counters.connections);
    this.metrics.gauge('mqtt_devices', 'Authenticated connections', () => counters.connectedDevices);
    this.metrics.gauge('uplinks_in_flight', 'Uplinks received and not durable yet', () => counters.uplinksInFlight);
    this.metrics.gauge('uplinks_accepted', 'Uplinks acknowledged since the start', () => counters.uplinksAccepted);
    this.metrics.gauge(
      'mqtt_unauthenticated',
      'Open connections that have not said who they are',
      () => counters.unauthenticated,
    );
    this.metrics.gauge('mqtt_at_door', 'Those of them that wait to be let in', () => counters.waiting);
    this.metrics.gauge('mqtt_verifications', 'Passwords that are checked or wait for it', () => counters.verifications);
    this.metrics.gauge('mqtt_refused', 'Connections, subscriptions and uplinks refused since the start', () =>
      Object.values(counters.refused).reduce((sum, count) => sum + count, 0),
    );
    this.metrics.gauges('mqtt_refused_by', 'The same by reason', 'code', () =>
      Promise.resolve({ ...counters.refused }),
    );
  }

  /** `end`: of the certificate in use, UTC ms; null: there is no TLS. */
  watchCertificate(end: () => number | null): void {
    this.metrics.gauge(
      'mqtt_certificate_end_seconds',
      'When the certificate for devices ends, Unix seconds; NaN without TLS',
      () => (end() ?? NaN) / 1_000,
    );
  }

  watchBridge(counters: MqttBridgeCounters): void {
    this.metrics.gauge('bridge_connected', '1 while the external broker sends uplinks', () => counters.connected);
    this.metrics.gauge(
      'bridge_uplinks_accepted',
      'Uplinks acknowledged to it since the start',
      () => counters.uplinksAccepted,
    );
    this.metrics.gauge('bridge_sessions_lost', 'Times that it had forgotten the session', () => counters.sessionsLost);
  }

  watchRoles(roles: Roles): void {
    for (const role of roles) this.#roles.set({ role }, 1);
  }

  watchRules(inForce: () => RuleSet): void {
    this.metrics.gauge('rule_failures', 'Conditions that failed since the start', () =>
      inForce()
        .failures()
        .reduce((sum, { count }) => sum + count, 0),
    );
  }

  watchReadiness(checks: readonly HealthCheck[]): void {
    this.metrics.gauges('ready', '1 while what this process needs is there, by check', 'check', async () => {
      const results = checks.map(async (check): Promise<[string, number]> => {
        return [check.name, (await runCheck(check, HTTP_LIMITS.checkTimeoutMs)) === null ? 1 : 0];
      });
      return Object.fromEntries(await Promise.all(results));
    });
  }

  watchPartitions(count: number): void {
    this.metrics.gauge('partitions', 'Partitions of the uplink log that the consumers divide', () => count);
  }

  watchDeliveries(outbox: Outbox): void {
    this.metrics.gauge('deliveries_dead', 'Deliveries that were given up and wait to be tried again', () =>
      outbox.countGivenUp(),
    );
  }

  watchOwned(group: ConsumerGroup, owned: () => number): void {
    this.metrics.gauge(`partitions_owned_${group}`, `Partitions that this process works on in ${group}`, owned);
  }

  watchForwarder(forwarder: Forwarder, losses: LossNotice): void {
    this.metrics.gauge(
      'forwarder_lost',
      'Acknowledged uplinks that were lost in Redis, until somebody removes the notice of it',
      async () => (await losses.present())?.uplinks ?? 0,
    );
    this.metrics.gauge(
      'forwarder_waiting',
      'Acknowledged uplinks that are not in the shared log yet',
      async () => (await forwarder.status()).waiting,
    );
    this.metrics.gauge('forwarder_problem', '1 while forwarding fails', async () =>
      (await forwarder.status()).lastFault ? 1 : 0,
    );
  }

  watchLog(log: FileUplinkLog): void {
    this.metrics.gauge('log_bytes', 'Size of the uplink log', async () => (await log.status()).bytes);
    this.metrics.gauge(
      'log_free_bytes',
      'Free space beside the uplink log',
      async () => (await log.status()).freeBytes,
    );
  }

  watchLedger(total: () => Promise<LedgerReport>): void {
    this.metrics.gauge(
      'uplinks_waiting',
      'Uplinks that wait to be stored',
      async () => (await total()).uplinks.waiting,
    );
    this.metrics.gauge(
      'uplinks_unjudged',
      'Uplinks that wait for the rules: alerts come late while this is high',
      async () => (await total()).rules.waiting,
    );
    this.metrics.gauge('uplinks_rejected', 'Uplinks in the dead letters', async () => (await total()).uplinks.rejected);
    this.metrics.gauge('readings_stored', 'Readings stored', async () => (await total()).readings.stored);
    this.metrics.gauge(
      'readings_duplicate',
      'Readings that came again',
      async () => (await total()).readings.duplicate,
    );
  }
}
