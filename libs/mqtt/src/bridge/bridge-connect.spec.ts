import { connect as connectTcp, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, selfSignedCertificate } from '@stadtfunk/kernel/testing';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { BridgeFixture, hashedPasswords, numbers } from './bridge.fixture.ts';

let fixture: BridgeFixture;
const start = async (...settings: Parameters<BridgeFixture['start']>) =>
  (fixture = await new BridgeFixture().start(...settings));
afterEach(() => fixture?.stop());

const guarded = () =>
  start(
    { allow_anonymous: false, password_file: '{folder}/passwords', acl_file: '{folder}/acl' },
    {
      passwords: hashedPasswords({ 'bridge user': 'pa:ss/w@rd', 'bin-1': 'secret' }),
      acl: 'pattern write stadtfunk/v1/%u/up\nuser bridge user\ntopic read stadtfunk/v1/+/up\n',
    },
  );

describe('credentials', () => {
  it('come from the URL, percent-encoded, or from the options, and are never logged', async () => {
    await guarded();
    const { port } = fixture.wire;
    await fixture.bridge({ url: `mqtt://bridge%20user:pa%3Ass%2Fw%40rd@127.0.0.1:${port}`, clientId: 'one' });
    await fixture.bridge({ username: 'bridge user', password: 'pa:ss/w@rd', clientId: 'two' });
    const client = await fixture.client({ username: 'bin-1', password: 'secret' });
    await fixture.publish(client, 'bin-1', ['a']);
    await eventually('both bridges have it', () => fixture.sink.offered.length === 2);
    expect(JSON.stringify(fixture.lines)).not.toMatch(/pa(?::|%3A)ss|bridge(?: |%20)user/);
  });

  it('that are wrong are told plainly, and tried again at growing intervals', async () => {
    await guarded();
    const bridge = fixture.make({ username: 'bridge user', password: 'wrong-one' });
    const started = bridge.start();
    await eventually('some attempts', () => bridge.counters.refused['connection.refused'] ?? 0 >= 3);
    expect(bridge.problem).toMatch(/^connection.refused: the broker refuses (user name or password|this client)/);
    expect(JSON.stringify(fixture.lines)).not.toContain('wrong-one');
    await bridge.stop();
    await started;
  });
});

describe('settings', () => {
  it.each([
    [{ uplinkTopics: ['$share/fleet/stadtfunk/v1/{deviceId}/up'] }, /\$share.*shared subscriptions break the order/],
    [{ ownTopicFilters: ['$SHARE/fleet/#'] }, /shared subscriptions/],
    [{ ownTopicFilters: ['$queue/#'] }, /shared subscriptions/],
    [{ uplinkTopics: ['stadtfunk/up'] }, /exactly one whole level must be \{deviceId\}/],
    [{ uplinkTopics: ['a/dev-{deviceId}/up'] }, /exactly one whole level/],
    [{ uplinkTopics: ['{deviceId}/{deviceId}'] }, /exactly one whole level/],
    [{ uplinkTopics: ['a/#/{deviceId}'] }, /not a topic filter/],
    [{ ownTopicFilters: ['a+/b'] }, /not a topic filter/],
    [{ ownTopicFilters: [''] }, /not a topic filter/],
    [{ url: 'http://user:geheim@host' }, /must be mqtt:\/\//],
    [{ url: 'geheim' }, /must be mqtt:\/\//],
    [{ url: 'mqtt://user:geheim%zz@host' }, /percent-encoded/],
  ])('%j are refused with one line', async (options, line) => {
    await start();
    const failure = await fixture.bridge(options).then(String, (thrown: unknown) => thrown as Error);
    expect(failure).toMatchObject({ message: expect.stringMatching(line) as string, retryable: false });
    expect(String(failure)).not.toMatch(/geheim|\n/);
  });
});

describe('a transport', () => {
  it('may be TLS, with an authority of its own; a broker that it does not vouch for is refused', async () => {
    const { cert, key } = selfSignedCertificate();
    await start({ certfile: '{folder}/cert.pem', keyfile: '{folder}/key.pem' }, { 'cert.pem': cert, 'key.pem': key });
    const url = `mqtts://127.0.0.1:${fixture.mosquitto.port}`;
    const suspicious = fixture.make({ url, clientId: 'suspicious' });
    const started = suspicious.start();
    await eventually('the refusal', () => suspicious.counters.refused['connection.failed']);
    expect(suspicious.problem).toMatch(/self.signed certificate/);
    await suspicious.stop();
    await started;
    const bridge = await fixture.bridge({ url, ca: cert });
    expect(bridge.isConnected).toBe(true);
  });

  it('may be WebSocket', async () => {
    await start();
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      handleProtocols: (names) => names.has('mqtt') && 'mqtt',
    });
    server.on('connection', (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      const upstream = connectTcp(fixture.mosquitto.port, '127.0.0.1');
      for (const end of [stream, upstream]) end.on('error', () => webSocket.terminate());
      stream.pipe(upstream).pipe(stream);
    });
    await new Promise((listening) => server.once('listening', listening));
    const bridge = await fixture.bridge({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt`,
      pauseAtInFlight: 10,
      resumeAtInFlight: 5,
    });
    await fixture.publish(await fixture.client(), 'bin-1', numbers(1, 500));
    await eventually('all', () => bridge.counters.uplinksAccepted === 500);
    expect(fixture.textsOf('bin-1')).toEqual(numbers(1, 500));
    await bridge.stop();
    server.close();
  });
});
