import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

describe('parseConfig', () => {
  it('starts with nothing set', () => {
    expect(parseConfig({})).toMatchObject({ MQTT_PORT: 1883, HTTP_PORT: 3000, HOST: '127.0.0.1', DATA_DIR: './data' });
  });

  it('takes an empty variable for an unset one', () => {
    expect(parseConfig({ HTTP_PORT: '' })).toMatchObject({ HTTP_PORT: 3000 });
  });

  it('names all wrong variables in one line, without their values', () => {
    const config = parseConfig({
      MQTT_PORT: 'hunter2',
      DATABASE_URL: 'mysql://me:hunter2@db/x',
      ZONE: 'Hanau/hunter2',
      STADTFUNK_ADMIN_TOKEN: 'hunter2',
    });
    const problem = 'problem' in config ? config.problem : '';
    for (const name of ['MQTT_PORT', 'DATABASE_URL', 'ZONE', 'STADTFUNK_ADMIN_TOKEN']) expect(problem).toContain(name);
    expect(problem).not.toContain('hunter2');
    expect(problem).not.toContain('\n');
  });

  it.each([
    ['STOP_TIMEOUT_MS', '99999999999'],
    ['BATCH_SIZE', '1e99'],
    ['MQTT_UPLINK_TOPIC', '{deviceId}/#'],
    ['MQTT_UPLINK_TOPIC', '+/{deviceId}'],
    ['MQTT_DOWNLINK_TOPIC', '$SYS/{deviceId}'],
    ['MQTT_UPLINK_TOPIC', 'up'],
  ])('refuses %s=%s, which no timer or broker takes as it is meant', (name, value) => {
    expect(parseConfig({ [name]: value })).toMatchObject({ problem: expect.stringContaining(name) as string });
  });

  it('wants a secret for a webhook', () => {
    expect(parseConfig({ WEBHOOK_URL: 'https://city.example/hook' })).toMatchObject({
      problem: expect.stringContaining('WEBHOOK_SECRET') as string,
    });
  });
});
