import { connect, type MqttClient } from 'mqtt';
import type { PlatformProcess } from './platform-process.ts';

export interface RegisteredDevice {
  readonly deviceId: string;
  readonly username: string;
  readonly password: string;
  readonly topic: string;
}

export const HANAU = { type: 'Point', coordinates: [8.9169, 50.1328] } as const;

/** Registers a device, on an asset of its own if one is described. */
export async function register(
  platform: PlatformProcess,
  deviceId: string,
  model: string,
  asset?: Readonly<Record<string, unknown>>,
): Promise<RegisteredDevice> {
  if (!asset) return platform.post('/api/v1/devices', { deviceId, model });
  const assetId = `asset-of-${deviceId}`;
  await platform.post('/api/v1/assets', { assetId, location: HANAU, ...asset });
  return platform.post('/api/v1/devices', { deviceId, model, assetId });
}

/** A connected device. */
export class TestDevice {
  private constructor(
    private readonly client: MqttClient,
    private readonly topic: string,
  ) {}

  /** Rejects when the platform refuses it. */
  static async connect(mqttUrl: string, { username, password, topic }: RegisteredDevice): Promise<TestDevice> {
    const client = connect(mqttUrl, {
      username,
      password,
      clientId: username,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
    });
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before CONNACK')));
    });
    client.on('error', () => undefined);
    return new TestDevice(client, topic);
  }

  /** Resolves when it is acknowledged, rejects when the connection ends before. */
  publish(payload: string | Uint8Array, topic = this.topic): Promise<void> {
    return new Promise((resolve, reject) => {
      // A message of a client that is closed already would wait in it for ever.
      if (!this.client.connected) return reject(new Error('closed'));
      const onClose = () => reject(new Error('closed without PUBACK'));
      this.client.once('close', onClose);
      this.client.publish(topic, typeof payload === 'string' ? payload : Buffer.from(payload), { qos: 1 }, (error) => {
        this.client.off('close', onClose);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async end(): Promise<void> {
    await this.client.endAsync(true);
  }
}
