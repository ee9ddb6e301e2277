import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { defaultOf, repository, variables } from './tools.ts';

const dockerfile = readFileSync(join(repository, 'infra/docker/Dockerfile'), 'utf8');
const compose = readFileSync(join(repository, 'infra/compose.yaml'), 'utf8');
const manifests = readdirSync(join(repository, 'infra/kubernetes'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(repository, 'infra/kubernetes', name), 'utf8'));
const ignored = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n');
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const instructions = (name: string) =>
  dockerfile
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1).trim());
/** What the final image is made by. */
const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

describe('the Dockerfile', () => {
  it('has nothing that its linter knows as an error or warns of', () => {
    expect(validate(dockerfile).map(({ message, range }) => ({ line: range.start.line + 1, message }))).toEqual([]);
    expect(validate('FROM a\nRUNN b')).not.toEqual([]);
  });

  it('builds on Node 24, in two stages, with scripts that package.json has', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24-/m);
    expect(instructions('FROM')).toEqual(['${NODE_IMAGE} AS build', '${NODE_IMAGE}']);
    expect(instructions('RUN')).toContain('["npm", "run", "-s", "build"]');
    expect(manifest.scripts).toHaveProperty('build');
  });

  it('runs as a user without rights, on a file system that can be read-only but for its data', () => {
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).toMatch(/^VOLUME \["\/var\/lib\/stadtfunk"\]$/m);
    expect(last).toContain('DATA_DIR=/var/lib/stadtfunk');
    expect(last).not.toMatch(/--chown/);
  });

  it('sets and asks for variables that the programs know, and no secret', () => {
    const set = [...dockerfile.matchAll(/(?:^ENV| {4})\s*([A-Z_]+)=/gm)].map(([, name]) => name!);
    expect(set.length).toBeGreaterThan(2);
    expect(variables).toEqual(expect.arrayContaining(set.filter((name) => name !== 'NODE_ENV')));
    expect(dockerfile).not.toMatch(/(?:TOKEN|PASSWORD|SECRET|_URL)=/);
    expect(dockerfile).toContain(`process.env.HTTP_PORT || ${defaultOf('HTTP_PORT')}`);
  });

  it('bounds the heap so that it fits into the smallest container, and young objects as a clone does', () => {
    const entrypoint = JSON.parse(instructions('ENTRYPOINT')[0]!) as readonly string[];
    const numberOf = (flag: string) =>
      Number(entrypoint.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3));
    const semiSpaceMib = numberOf('max-semi-space-size');
    for (const name of ['start', 'stadtfunk']) {
      expect(manifest.scripts[name], name).toContain(`node --max-semi-space-size=${semiSpaceMib} `);
    }
    const limits = [
      ...[...compose.matchAll(/^x-role:[^]*?mem_limit: (\d+)m$/gm)],
      ...manifests.flatMap((text) => [...text.matchAll(/image: stadtfunk[^]*?limits: \{ memory: (\d+)Mi \}/g)]),
    ].map(([, mib]) => Number(mib));
    expect(limits.length).toBeGreaterThan(4);
    // Code, buffers and sockets: measured were some 100 MiB.
    const others = 128;
    const heapMib = (Math.min(...limits) * numberOf('max-old-space-size-percentage')) / 100;
    expect(heapMib + 3 * semiSpaceMib + others).toBeLessThanOrEqual(Math.min(...limits));
    expect(heapMib).toBeGreaterThan(300);
    const [major = 0] = process.versions.node.split('.').map(Number);
    // Node 20 does not know the share of the memory.
    const flags = entrypoint.filter(
      (word) => word.startsWith('--max') && (major >= 24 || !word.includes('percentage')),
    );
    const run = spawnSync(process.execPath, [...flags, '-p', '"runs"'], { encoding: 'utf8' });
    expect([run.stdout, run.stderr]).toEqual(['runs\n', '']);
  });

  it('exposes the ports that are the defaults', () => {
    const ports = ['MQTT_PORT', 'HTTP_PORT', 'MQTT_WS_PORT', 'MQTT_TLS_PORT'].map(defaultOf);
    expect(instructions('EXPOSE')[0]!.split(' ')).toEqual(ports);
  });

  it('builds from what .dockerignore lets in, which is neither tests nor secrets nor data', () => {
    const letIn = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const kept = ignored.filter((line) => line !== '' && !line.startsWith('!') && !line.startsWith('#'));
    expect(kept).toEqual(['*', '**/*.spec.ts', '**/.env', '**/node_modules']);
    const context = mkdtempSync(join(tmpdir(), 'stadtfunk-image-'));
    try {
      for (const path of letIn) {
        const filter = (source: string) => !/\.spec\.ts$|\/\.env$|\/node_modules$/.test(source);
        cpSync(join(repository, path), join(context, path), { recursive: true, filter });
      }
      symlinkSync(join(repository, 'node_modules'), join(context, 'node_modules'));
      const built = spawnSync(process.execPath, ['infra/local/build.mjs', '--quiet'], {
        cwd: context,
        encoding: 'utf8',
      });
      expect(built.status, built.stderr).toBe(0);
      expect(readdirSync(join(context, 'dist'))).toEqual(
        expect.arrayContaining(['stadtfunk.js', 'migrations', 'pglite']),
      );
    } finally {
      rmSync(context, { recursive: true });
    }
  });
});
