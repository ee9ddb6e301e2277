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

  it('reads who gets mails of which department', () => {
    const MAIL_TO = 'leitstelle@hanau.example, waste=entsorgung@hanau.example';
    expect(
      parseConfig({ MAIL_URL: 'smtp://u:p%40@mail.example:587', MAIL_FROM: 'S <s@hanau.example>', MAIL_TO }),
    ).toMatchObject({
      MAIL_TO: [
        { department: null, address: 'leitstelle@hanau.example' },
        { department: 'waste', address: 'entsorgung@hanau.example' },
      ],
      MAIL_EVENTS: ['alert.raised', 'alert.worsened', 'job.created', 'job.overdue'],
    });
  });

  it.each([
    ['MAIL_TO', 'hunter2'],
    ['MAIL_TO', 'a@b,,hunter2@d'],
    ['MAIL_TO', 'hunter2@b\r\nBcc: c@d'],
    ['MAIL_TO', 'A <hunter2@b>'],
    ['MAIL_FROM', 'hunter2 <a@b>\r\nBcc: c@d'],
    ['MAIL_EVENTS', 'alert.raised,hunter2'],
    ['MAIL_URL', 'http://u:hunter2@mail.example'],
  ])('refuses %s=%j, and does not repeat it', (name, value) => {
    const result = parseConfig({ [name]: value });
    expect(result).toMatchObject({ problem: expect.stringContaining(name) as string });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('wants a sender and somebody to get the mails of a mail server', () => {
    expect(parseConfig({ MAIL_URL: 'smtp://mail.example' })).toMatchObject({
      problem: expect.stringMatching(/MAIL_FROM.*MAIL_TO/) as string,
    });
  });

  it('reads which groups of an OpenID provider have which roles', () => {
    const OIDC_ROLES = 'Admins=administrator, /abfall=crew@waste+parking';
    const provider = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'x', PUBLIC_URL: 'https://city.example' };
    expect(parseConfig({ ...provider, OIDC_ROLES })).toMatchObject({
      OIDC_ROLES: [
        { group: 'Admins', role: 'administrator', departments: [] },
        { group: '/abfall', role: 'crew', departments: ['waste', 'parking'] },
      ],
    });
    expect(parseConfig({ ...provider, OIDC_ROLES: 'hunter2=boss' })).toMatchObject({
      problem: expect.stringMatching(/^wrong settings: OIDC_ROLES (?!.*hunter2)/) as string,
    });
    expect(parseConfig({ OIDC_ISSUER: 'http://id.example' })).toMatchObject({
      problem: expect.stringMatching(/OIDC_CLIENT_ID.*PUBLIC_URL.*OIDC_ISSUER/) as string,
    });
    expect(parseConfig({ ...provider, OIDC_ISSUER: 'http://127.0.0.1:8080/realms/x' })).not.toHaveProperty('problem');
  });

  it('reads whose word on the address of a client is believed', () => {
    expect(parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8, loopback,::1' })).toMatchObject({
      TRUSTED_PROXIES: ['10.0.0.0/8', 'loopback', '::1'],
    });
    expect(parseConfig({ TRUSTED_PROXIES: 'everybody' })).toMatchObject({
      problem: expect.stringContaining('TRUSTED_PROXIES') as string,
    });
  });
});
