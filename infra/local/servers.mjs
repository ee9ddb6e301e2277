import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/*
 * The programs that tests start for themselves, each on a free port and in a folder of its own. Found here, installed here,
 * and nowhere else. Node built-ins only.
 */

const paths = (process.env.PATH ?? '').split(delimiter);

/** Debian and Homebrew keep the server programs of PostgreSQL out of PATH, one folder per version; the newest first. */
const postgresFolders = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'].flatMap((base) => {
  if (!existsSync(base)) return [];
  const versions = readdirSync(base)
    .map((name) => ({ name, version: Number(/^(?:postgresql@)?(\d+)$/.exec(name)?.[1]) }))
    .filter(({ version }) => version >= 15);
  return versions.sort((one, other) => other.version - one.version).map(({ name }) => join(base, name, 'bin'));
});

export const servers = [
  {
    name: 'postgres',
    programs: ['postgres'],
    folders: [...postgresFolders, ...paths],
    apt: 'postgresql',
    brew: 'postgresql@17',
  },
  {
    name: 'mosquitto',
    programs: ['mosquitto'],
    folders: [...paths, '/usr/sbin', '/opt/homebrew/sbin', '/usr/local/sbin'],
    apt: 'mosquitto',
    brew: 'mosquitto',
  },
  {
    name: 'redis-server',
    programs: ['redis-server'],
    folders: [...paths, '/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin'],
    apt: 'redis-server',
    brew: 'redis',
  },
  {
    name: 'influxd',
    programs: ['influxd'],
    folders: [...paths, '/opt/homebrew/opt/influxdb@1/bin', '/usr/local/opt/influxdb@1/bin'],
    apt: 'influxdb',
    brew: 'influxdb@1',
  },
  { name: 'mosquitto_pub', programs: ['mosquitto_pub'], folders: paths, apt: 'mosquitto-clients', brew: 'mosquitto' },
  { name: 'promtool', programs: ['promtool'], folders: paths, apt: 'prometheus', brew: 'prometheus' },
  {
    name: 'docker-compose',
    programs: ['docker-compose'],
    folders: paths,
    apt: 'docker-compose',
    brew: 'docker-compose',
  },
  { name: 'xmllint', programs: ['xmllint'], folders: paths, apt: 'libxml2-utils', brew: 'libxml2' },
  { name: 'kubectl', programs: ['kubectl'], folders: paths, apt: 'kubernetes-client', brew: 'kubernetes-cli' },
  {
    name: 'chromium',
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'Chromium', 'Google Chrome'],
    folders: [...paths, '/Applications/Chromium.app/Contents/MacOS', '/Applications/Google Chrome.app/Contents/MacOS'],
    apt: 'chromium',
    brew: '--cask chromium',
  },
];

/** The full path of a program from the list above, or undefined where it is not installed. */
export function findServer(name) {
  const { programs, folders } = servers.find((server) => server.name === name);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find(isExecutable);
}

/** The full path of a program; throws naming what to install. For tests: a missing server fails them, it never skips them. */
export function serverProgram(name) {
  const program = findServer(name);
  if (program === undefined) throw new Error(`${name} is not installed. ${howToInstall(missingServers())}`);
  return program;
}

export function missingServers() {
  return servers.filter(({ name }) => findServer(name) === undefined);
}

export function howToInstall(missing) {
  const packages = (key) => [...new Set(missing.map((server) => server[key]))].join(' ');
  return `Debian: apt-get install ${packages('apt')} / macOS: brew install ${packages('brew')}`;
}

export function canInstall() {
  return process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
}

/** Installs Debian packages without starting, now or at the next boot, the services that they bring. */
export function install(missing) {
  const policy = '/usr/sbin/policy-rc.d';
  const ownPolicy = !existsSync(policy);
  // 101 is "forbidden by policy" to invoke-rc.d: our tests run their own servers, and 1883, 5432, 6379 and 8086 stay free.
  if (ownPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const packages = [...new Set(missing.map(({ apt }) => apt))];
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
    const withService = ['postgresql', 'mosquitto', 'redis-server', 'influxdb', 'prometheus'];
    const services = packages.filter((name) => withService.includes(name));
    if (existsSync('/run/systemd/system') && services.length > 0) {
      spawnSync('systemctl', ['--quiet', 'disable', ...services], { stdio: ['ignore', 2, 2] });
    }
  } finally {
    if (ownPolicy) unlinkSync(policy);
  }
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
  if (status !== 0) throw new Error(`apt-get ${args[0]} failed`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to run.
  }
}
