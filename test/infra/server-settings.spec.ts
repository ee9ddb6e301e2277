import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectAsync } from 'mqtt';
import { eventually, freePort } from '@stadtfunk/kernel/testing';
import { afterEach, describe, expect, it } from 'vitest';
// infra/local is no project of the graph, and the only place that knows where programs are installed.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { serverProgram } from '../../infra/local/servers.mjs';
import { readYaml, repository, run } from './tools.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-settings-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('postgresql.conf', () => {
  it('is taken by a real server, which then syncs every commit and ends no idle session', () => {
    const program = serverProgram('postgres');
    const folder = makeFolder();
    const data = join(folder, 'data');
    const file = join(folder, 'postgresql.conf');
    cpSync(join(repository, 'infra/postgres/postgresql.conf'), file);
    // PostgreSQL does nothing as root: then it runs as the user that its package made.
    const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
    const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : undefined;
    if (user) for (const path of [folder, file]) chownSync(path, user.uid, user.gid);
    const options = { cwd: folder, encoding: 'utf8', ...user } as const;
    const made = spawnSync(join(dirname(program), 'initdb'), ['-D', data, '-U', 'postgres', '--no-sync'], options);
    expect(made.status, made.stderr).toBe(0);
    const valueOf = (name: string) => {
      const asked = spawnSync(program, ['-D', data, '-c', `config_file=${file}`, '-C', name], options);
      expect(asked.status, asked.stderr).toBe(0);
      return asked.stdout.trim();
    };
    const text = readFileSync(file, 'utf8');
    const names = [...text.matchAll(/^(\w+) = /gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) valueOf(name);
    expect(['synchronous_commit', 'fsync', 'full_page_writes', 'idle_session_timeout'].map(valueOf)).toEqual([
      'on',
      'on',
      'on',
      '0',
    ]);
    writeFileSync(file, `${text}\nsynchronous_comit = on\n`);
    expect(spawnSync(program, ['-D', data, '-c', `config_file=${file}`, '-C', 'fsync'], options).status).not.toBe(0);
  });
});

describe('influxdb-1.x.conf', () => {
  it('is taken by a real server as it stands', () => {
    const checked = run('influxd', ['config', '-config', join(repository, 'infra/influxdb/influxdb-1.x.conf')]);
    expect(checked.status, checked.output).toBe(0);
    for (const line of ['wal-fsync-delay = "0s"', 'max-values-per-tag = 0', 'index-version = "tsi1"']) {
      expect(checked.stdout).toContain(line);
    }
  });
});

describe('config.yml of InfluxDB 2', () => {
  it('has names that InfluxDB 2.7 documents, and syncs every write', () => {
    // No 2.x can be had here: the names are those of `influxd --help`, 2.7.
    const documented = [
      'http-bind-address',
      'log-level',
      'query-concurrency',
      'query-memory-bytes',
      'query-queue-size',
      'reporting-disabled',
      'storage-cache-max-memory-size',
      'storage-cache-snapshot-memory-size',
      'storage-max-concurrent-compactions',
      'storage-wal-fsync-delay',
      'ui-disabled',
    ];
    const settings = readYaml<Record<string, unknown>>('infra/influxdb/config.yml');
    expect(documented).toEqual(expect.arrayContaining(Object.keys(settings)));
    expect(settings['storage-wal-fsync-delay']).toBe('0s');
  });
});

describe('mosquitto.conf', () => {
  it('lets the bridge in with the password of make-secrets.mjs, and nobody without', async () => {
    const folder = makeFolder();
    const secrets = spawnSync(process.execPath, [join(repository, 'infra/make-secrets.mjs'), folder]);
    expect(secrets.status).toBe(0);
    const [, password] = /^BRIDGE_PASSWORD=(.+)$/m.exec(readFileSync(join(folder, '.env'), 'utf8'))!;
    const port = await freePort();
    cpSync(join(repository, 'infra/mosquitto/acl'), join(folder, 'acl'));
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(
      file,
      readFileSync(join(repository, 'infra/mosquitto/mosquitto.conf'), 'utf8')
        .replace('listener 1883', `listener ${port} 127.0.0.1`)
        .replace('/mosquitto/config/passwords', join(folder, 'secrets/mosquitto-passwords'))
        .replace('/mosquitto/config/acl', join(folder, 'acl'))
        .replace('/mosquitto/data/', `${folder}/`),
    );
    // Started as root it becomes another user, who has to read all this.
    if (process.getuid?.() === 0) chmodSync(folder, 0o777);
    const child = spawn(serverProgram('mosquitto'), ['-c', file], { stdio: 'ignore' });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    undo.push(async () => {
      child.kill();
      await exited;
    });
    const connect = (given: string) =>
      connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'bridge', password: given, reconnectPeriod: 0 }, false);
    const client = await eventually('the bridge is let in', () => connect(password!).catch(() => false as const));
    if (client) await client.endAsync();
    await expect(connect(`${password!}x`)).rejects.toThrow(/not authori[sz]ed/i);
  });
});
