import { setFlagsFromString } from 'node:v8';
import type { Config } from '@stadtfunk/config';
import { createLogger } from '@stadtfunk/observability';
import type { Roles } from './roles.ts';
import { startPlatform, type Platform } from './start-platform.ts';

/** Signals closer together than this are one. */
const SAME_SIGNAL_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs these roles until a signal comes or they cannot go on, and ends the process.
 * @param beside what runs along with them; gives what ends it
 */
export async function serve(
  config: Config,
  roles: Roles,
  beside: (platform: Platform) => () => void = () => () => undefined,
): Promise<never> {
  markLessOften();
  const logger = createLogger(config.LOG_LEVEL);
  const stopRequested = new Promise<string>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(signal));
  });
  // Waiting for a server that is away may take a minute. Whatever is half made, the next start makes anew.
  let started = false;
  void stopRequested.then((signal) => {
    if (started) return;
    tell(`stopped while starting (${signal})`);
    process.exit(1);
  });
  const platform = await startPlatform(config, roles, logger, tell);
  started = true;
  process.stdout.write(await welcome(platform, roles));
  const endBeside = beside(platform);

  const reason = await Promise.race([stopRequested, platform.failed]);
  tell(`stopping (${reason})`);
  // A second Ctrl+C, or a stop that hangs, ends it hard. What is acknowledged is durable either way. Under npm one
  // Ctrl+C arrives twice: by the terminal and by npm.
  const stoppingSince = performance.now();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
    });
  }
  setTimeout(() => process.exit(1), config.STOP_TIMEOUT_MS).unref();
  endBeside();
  await platform.stop();
  process.exit(reason.startsWith('SIG') ? 0 : 1);
}

/**
 * Old objects are marked when they and the bytes of buffers have doubled. In a small container Node would do so at a fifth to a
 * third more, which the buffers of uplinks on their way reach twice a second: a third of a broker's CPU went there.
 */
function markLessOften(): void {
  setFlagsFromString('--heap-growing-percent=100');
}

function tell(line: string): void {
  process.stderr.write(`stadtfunk: ${line}\n`);
}

async function welcome({ api, httpUrl, mqttUrl }: Platform, roles: Roles): Promise<string> {
  const lines = api
    ? [
        `  Console   ${await api.createLoginLink()}`,
        '            (this link logs you in once, within 15 minutes; a new one: npm run -s stadtfunk -- login)',
        ...(api.passwordLink === null
          ? []
          : [
              `  Password  ${api.passwordLink}`,
              "            (sets the password of the account 'admin', once, within 72 hours; accounts: docs/accounts.md)",
            ]),
        `  API       ${api.consoleUrl}/api/openapi.json`,
      ]
    : [`  Roles     ${[...roles].join(', ')}`, `  Health    ${httpUrl}/health/ready`];
  if (mqttUrl) lines.push(`  Sensors   ${mqttUrl}`);
  return ['', '  Stadtfunk is running.', '', ...lines, '', '  Stop with Ctrl+C.', '', ''].join('\n');
}
