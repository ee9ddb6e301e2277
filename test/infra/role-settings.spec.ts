import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, type Config } from '@stadtfunk/config';
import { selfSignedCertificate } from '@stadtfunk/kernel/testing';
import { createLogger } from '@stadtfunk/observability';
import { ROLES, startPlatform, type Role } from '@stadtfunk/platform';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { startRedis, type RedisServer } from '@stadtfunk/redis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from './kubernetes-schema.ts';
import { repository, run, variables } from './tools.ts';

/** What holds a password, a token or a key, or may. */
const isSecret = (name: string) => /_(?:TOKEN|SECRET|PASSWORD)$|^(?:DATABASE|REDIS|MQTT|MAIL|WEBHOOK)_URL$/.test(name);
/** What the image decides, and what belongs to the process around the roles. */
const DECIDED = new Set(['HOST', 'HTTP_PORT', 'DATA_DIR', 'MQTT_PORT', 'MQTT_WS_PORT', 'MQTT_TLS_PORT']);
const OF_THE_PROCESS = new Set(['LOG_LEVEL', 'STOP_TIMEOUT_MS', 'DEMO']);
/** For whoever stands behind a proxy: in the shipped stack only the API does. */
const ONLY_BEHIND_A_PROXY = 'TRUSTED_PROXIES';

describe('every role', () => {
  const reads = new Map<Role, ReadonlySet<string>>();
  let folder: string;
  let postgres: PostgresServer;
  let redis: RedisServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stadtfunk-roles-'));
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const { cert, key } = selfSignedCertificate();
    await Promise.all([writeFile(join(folder, 'tls.crt'), cert), writeFile(join(folder, 'tls.key'), key)]);
    // Everything that can be switched on, so that everything is read that is read in any installation.
    const config = parseConfig({
      ...{ MQTT_PORT: '0', MQTT_WS_PORT: '0', MQTT_TLS_PORT: '0', HTTP_PORT: '0' },
      ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, LOG_PARTITIONS: '2' },
      ...{ INFLUX_URL: 'http://127.0.0.1:9', INFLUX_TOKEN: 'token', INFLUX_ORG: 'city' },
      ...{
        MQTT_TLS_CERT: join(folder, 'tls.crt'),
        MQTT_TLS_KEY: join(folder, 'tls.key'),
        MQTT_URL: 'mqtt://127.0.0.1:9',
      },
      ...{ STADTFUNK_ADMIN_TOKEN: 'a'.repeat(24), METRICS_TOKEN: 'm'.repeat(16) },
      ...{ PUBLIC_URL: 'https://city.example', OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'stadtfunk' },
      ...{ OIDC_CLIENT_SECRET: 'o'.repeat(8), WEBHOOK_URL: 'https://hook.example', WEBHOOK_SECRET: 'w'.repeat(16) },
      ...{ MAIL_URL: 'smtp://mail.example', MAIL_FROM: 'a@city.example', MAIL_TO: 'b@city.example' },
    });
    if ('problem' in config) throw new Error(config.problem);
    for (const role of ROLES) {
      const names = new Set<string>();
      const DATA_DIR = join(folder, role);
      const watched = new Proxy<Config>(
        { ...config, DATA_DIR },
        {
          get: (target, name) => {
            names.add(String(name));
            return Reflect.get(target, name) as unknown;
          },
        },
      );
      const platform = await startPlatform(watched, new Set([role]), createLogger('silent'), () => undefined);
      await platform.stop();
      reads.set(role, new Set([...names].filter((name) => variables.includes(name))));
    }
  }, 120_000);
  afterAll(async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(folder, { recursive: true });
  });

  it('reads something of its own', () => {
    expect(reads.get('bridge')).toContain('MQTT_URL');
    expect(reads.get('broker')).toContain('MQTT_TLS_KEY');
    expect(reads.get('api')).toContain('OIDC_CLIENT_SECRET');
    expect(reads.get('rules')).not.toContain('INFLUX_TOKEN');
    // Between them they read every variable there is.
    const all = new Set([...reads.values()].flatMap((names) => [...names]));
    expect(variables.filter((name) => !all.has(name) && !OF_THE_PROCESS.has(name))).toEqual([]);
  });

  it('gets from compose.yaml the settings that it reads, and no others', () => {
    const place = join(folder, 'compose');
    const made = spawnSync(process.execPath, [join(repository, 'infra/make-secrets.mjs'), place], { encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    const { status, stdout, output } = run('docker-compose', [
      ...['--project-directory', join(repository, 'infra'), '--env-file', join(place, '.env')],
      ...['-f', join(repository, 'infra/compose.yaml'), 'config'],
    ]);
    expect(status, output).toBe(0);
    const { services } = parse(stdout) as { services: Record<string, { environment: object }> };
    const differences = ROLES.map((role) => {
      const given = new Set(Object.keys(services[role]!.environment));
      const read = reads.get(role)!;
      const lacks = [...read].filter((name) => !given.has(name) && !DECIDED.has(name) && name !== ONLY_BEHIND_A_PROXY);
      return { role, lacks, unread: [...given].filter((name) => !read.has(name) && !OF_THE_PROCESS.has(name)) };
    });
    expect(differences).toEqual(ROLES.map((role) => ({ role, lacks: [], unread: [] })));
  });

  it('gets from the Kubernetes manifests the secrets that it reads, and no others', () => {
    const manifests = parseAllDocuments(run('kubectl', ['kustomize', 'infra/kubernetes']).stdout).map(
      (document) => document.toJS() as Manifest,
    );
    const shared = Object.keys(manifests.find(({ kind }) => kind === 'ConfigMap')?.data ?? {});
    expect(shared.filter(isSecret)).toEqual([]);
    for (const role of ROLES) {
      const workload = manifests.find(
        ({ kind, metadata }) => metadata.name === role && (kind === 'Deployment' || kind === 'StatefulSet'),
      );
      const { env = [], envFrom } = workload!.spec!.template!.spec.containers[0]!;
      const given = env.map(({ name }) => name);
      const read = reads.get(role)!;
      expect(given.filter(isSecret).sort(), role).toEqual([...read].filter(isSecret).sort());
      expect(
        given.filter((name) => !read.has(name)),
        role,
      ).toEqual([]);
      // Whole Secrets only where names are the city's own: what HANDOVER_FILE names, for those who read that.
      const whole = envFrom.filter((source) => 'secretRef' in source);
      const handover = { secretRef: { name: 'stadtfunk-handover', optional: true } };
      expect(whole, role).toEqual(read.has('HANDOVER_FILE') ? [handover] : []);
    }
  });
});
