import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Makes a fresh clone runnable: Node version, packages, build. Node built-ins only, because it runs before `npm ci`.
 * Speaks on stderr only, and only when something takes long: the standard output of our programs is read by others.
 */

export const root = fileURLToPath(new URL('../../', import.meta.url));

const minimumNode = [20, 19];
const inPrograms = ['apps', 'libs', 'device-simulator', 'test/bench', 'test/platform'];
const inConfigs = ['package-lock.json', 'tsconfig.base.json', 'vite.config.ts', 'infra/local/build.mjs'];

export function say(text) {
  process.stderr.write(`stadtfunk: ${text}\n`);
}

export function stop(text) {
  say(text);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1])) {
    stop(`needs Node ${minimumNode.join('.')} or newer, this is ${process.versions.node} (https://nodejs.org)`);
  }
}

/** Installs when node_modules is missing or belongs to another package-lock.json. */
export function ensureInstalled() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, 'node_modules/.stadtfunk-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  if (!installedAs(JSON.parse(lock))) {
    say('installing packages (once, about half a minute) ...');
    // No install scripts: every package we use ships its binaries.
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    // A production NODE_ENV would leave out what the build needs.
    const env = { ...process.env, NODE_ENV: 'development' };
    const { status, error } = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2], env });
    if (status !== 0) stop(`npm ci failed${error ? `: ${error.message}` : ''}`);
  }
  writeFileSync(stamp, hash);
}

/** Whether somebody's own `npm ci` or `npm install` already left exactly these versions, as npm's own record says. */
function installedAs(lock) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(lock.packages).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Builds when dist is missing or was built from other sources. */
export function ensureBuilt() {
  const stamp = join(root, 'dist/.sources');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash()) return;
  say('building ...');
  // In a process of its own, so that the bundler's memory and handlers are gone before the program starts.
  const build = join(root, 'infra/local/build.mjs');
  const { status } = spawnSync(process.execPath, [build, '--quiet'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) stop('the build failed');
}

/** SHA-256 over the names and bytes of everything that goes into dist. */
export function sourceHash() {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort(byName)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.endsWith('.spec.ts')) add(path);
    }
  };
  inConfigs.forEach(add);
  inPrograms.filter((folder) => existsSync(join(root, folder))).forEach(walk);
  return hash.digest('hex');
}

const byName = (one, other) => (one.name < other.name ? -1 : 1);

export function prepare() {
  checkNode();
  ensureInstalled();
  ensureBuilt();
}
