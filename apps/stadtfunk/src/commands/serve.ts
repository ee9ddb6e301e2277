import { fork, type ChildProcess } from 'node:child_process';
import type { Config } from '@stadtfunk/config';
import { createLogger } from '@stadtfunk/observability';
import type { Command } from 'commander';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { settings } from '../settings.ts';

/** Signals closer together than this are one. */
const SAME_SIGNAL_MS = 1_000;

export function serveCommands(program: Command): void {
  program
    .command('serve')
    .description('run the platform until it is told to stop')
    .action(async () => {
      const config = settings();
      await run(config, config.DEMO);
    });
  program
    .command('demo')
    .description('run the platform with a simulated city')
    .action(async () => run(settings(), true));
}

async function run(config: Config, withCity: boolean): Promise<void> {
  const logger = createLogger(config.LOG_LEVEL);
  const stopRequested = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
  // Waiting for a server that is away may take a minute. Whatever is half made, the next start makes anew.
  let started = false;
  void stopRequested.then((signal) => {
    if (started) return;
    process.stderr.write(`stadtfunk: stopped while starting (${signal})\n`);
    process.exit(1);
  });
  const platform = await startPlatform(config, logger, (line) => process.stderr.write(`stadtfunk: ${line}\n`));
  started = true;
  welcome(platform);
  const city = withCity ? startCity(platform) : undefined;

  const reason = await Promise.race([stopRequested, platform.failed]);
  process.stderr.write(`stadtfunk: stopping (${reason})\n`);
  // A second Ctrl+C, or a stop that hangs, ends it hard. What is acknowledged is durable either way. Under npm one
  // Ctrl+C arrives twice: by the terminal and by npm.
  const stoppingSince = performance.now();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
    });
  }
  setTimeout(() => process.exit(1), config.STOP_TIMEOUT_MS).unref();
  city?.kill('SIGTERM');
  await platform.stop();
  process.exit(reason.startsWith('SIG') ? 0 : 1);
}

function welcome(platform: Platform): void {
  process.stdout.write(
    [
      '',
      '  Stadtfunk is running.',
      '',
      `  Console   ${platform.createLoginLink()}`,
      '            (this link logs you in once, within 15 minutes; a new one: npm run -s stadtfunk -- login)',
      `  API       ${platform.consoleUrl}/api/openapi.json`,
      `  Sensors   ${platform.mqttUrl}`,
      '',
      '  Stop with Ctrl+C.',
      '',
      '',
    ].join('\n'),
  );
}

/** The city runs in a process of its own, like any fleet: what it costs is not counted as the platform's. */
function startCity({ apiUrl, mqttUrl, token }: Platform): ChildProcess {
  const program = process.argv[1]!;
  return fork(program, ['simulate', '--api', apiUrl, '--mqtt', mqttUrl], {
    env: { ...process.env, STADTFUNK_ADMIN_TOKEN: token },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
