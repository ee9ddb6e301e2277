import type { Config } from '@stadtfunk/config';
import { hashPassword, verifyPassword } from '@stadtfunk/credentials';
import type { DeviceRegistry, DirectoryFeed } from '@stadtfunk/devices';
import type { Clock } from '@stadtfunk/kernel';
import { MqttBridge, MqttIntake, type Certificate, type MqttIntakePorts, type TopicDirectory } from '@stadtfunk/mqtt';
import type { Logger } from '@stadtfunk/observability';
import { UplinkIntake, type UplinkLog } from '@stadtfunk/uplinks';
import { certificateFiles, endOfCertificate, readCertificate, watchCertificate } from './certificate.ts';
import { listenError } from './listen-error.ts';
import type { Measures } from './measures.ts';
import type { StopList } from './stop-list.ts';

export interface IntakeParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly log: UplinkLog;
  readonly directory: TopicDirectory;
  readonly feed: DirectoryFeed;
  readonly registry: DeviceRegistry;
  readonly measures: Measures;
}

/** Uplinks in one append: bounds how long one commit can take. */
const MAX_APPEND = 4_096;
/** Broker and bridge stop reading at their limits, and what they have read by then has to fit: one read brings at most so many packets. */
const ONE_READ = 4_096;
/** Uplinks of the bridge that wait to become durable. */
const BRIDGE_MAX_INFLIGHT = 4_096;

/** The group commit that everything which lets uplinks in shares. */
export function createCommitQueue({ config, logger, log }: IntakeParts): UplinkIntake {
  return new UplinkIntake(log, {
    maxPending: config.MQTT_MAX_INFLIGHT + BRIDGE_MAX_INFLIGHT + 2 * ONE_READ,
    maxBatch: MAX_APPEND,
    appendTimeoutMs: config.LOG_APPEND_TIMEOUT_MS,
    schedule: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onDefect: (thrown) => logger.error({ err: thrown }, 'an acknowledgement failed'),
  });
}

/** The role `broker`: devices connect to our own broker. */
export async function startBroker(parts: IntakeParts, queue: UplinkIntake, stops: StopList): Promise<MqttIntakePorts> {
  const { config, logger, measures } = parts;
  const files = certificateFiles(config);
  const certificate = files && (await readCertificate(files));
  const intake = createIntake(parts, queue, certificate);
  measures.watchIntake(intake.counters);
  let certificateEnd = certificate && endOfCertificate(certificate);
  measures.watchCertificate(() => certificateEnd);
  if (files && certificate) {
    const renew = (renewed: Certificate) => {
      intake.renewCertificate(renewed);
      certificateEnd = endOfCertificate(renewed);
    };
    stops.add(watchCertificate({ files, present: certificate, renew, logger }));
  }
  stops.add(() => intake.stop());
  return intake.start().catch((thrown: unknown) => {
    throw listenError(thrown, 'MQTT_PORT, MQTT_WS_PORT or MQTT_TLS_PORT');
  });
}

/** The role `bridge`: uplinks come from an external broker. A broker that is away keeps nothing from starting. */
export function startBridge(url: string, parts: IntakeParts, intake: UplinkIntake, stops: StopList): MqttBridge {
  const { config, logger, clock, directory, measures } = parts;
  const onAcknowledged = (latencyMs: number) => measures.acknowledged(latencyMs);
  const bridge = new MqttBridge(
    { intake, directory, clock, log: logger, onAcknowledged },
    {
      url,
      uplinkTopics: [config.MQTT_UPLINK_TOPIC],
      maxPacketBytes: config.MQTT_MAX_PACKET_BYTES,
      pauseAtInFlight: BRIDGE_MAX_INFLIGHT,
      resumeAtInFlight: BRIDGE_MAX_INFLIGHT / 2,
    },
  );
  measures.watchBridge(bridge.counters);
  stops.add(() => bridge.stop());
  void bridge.start().catch((thrown: unknown) => logger.error({ err: thrown }, 'the bridge'));
  return bridge;
}

function createIntake(parts: IntakeParts, queue: UplinkIntake, certificate: Certificate | null): MqttIntake {
  const { config, logger, clock, directory, feed, registry, measures } = parts;
  return new MqttIntake(
    {
      intake: queue,
      directory,
      // A device that was registered a moment ago, maybe through another process, is not refused.
      credentials: async (deviceId) => {
        if (!directory.find(deviceId)) await feed.refresh();
        return registry.findCredential(deviceId);
      },
      hashPassword,
      verifyPassword,
      clock,
      log: logger,
      onAcknowledged: (latencyMs) => measures.acknowledged(latencyMs),
    },
    {
      host: config.HOST,
      tcpPort: config.MQTT_PORT,
      webSocketPort: config.MQTT_WS_PORT,
      tls: certificate && { port: config.MQTT_TLS_PORT, ...certificate },
      uplinkTopic: config.MQTT_UPLINK_TOPIC,
      downlinkTopic: config.MQTT_DOWNLINK_TOPIC,
      maxConnections: config.MQTT_MAX_CONNECTIONS,
      maxUnauthenticated: config.MQTT_MAX_UNAUTHENTICATED,
      connectionsPerSecond: config.MQTT_CONNECTIONS_PER_SECOND,
      connectTimeoutMs: config.MQTT_CONNECT_TIMEOUT_MS,
      maxConnectBytes: config.MQTT_MAX_PACKET_BYTES_BEFORE_AUTH,
      maxPacketBytes: config.MQTT_MAX_PACKET_BYTES,
      pauseAtInFlight: config.MQTT_MAX_INFLIGHT_PER_CLIENT,
      resumeAtInFlight: Math.ceil(config.MQTT_MAX_INFLIGHT_PER_CLIENT / 2),
      maxInFlight: config.MQTT_MAX_INFLIGHT,
      drainTimeoutMs: config.MQTT_DRAIN_TIMEOUT_MS,
      maxWaitingToVerify: config.MQTT_MAX_WAITING_TO_VERIFY,
    },
  );
}
