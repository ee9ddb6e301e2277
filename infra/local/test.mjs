import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root, say, stop } from './prepare.mjs';
import { canInstall, howToInstall, install, missingServers } from './servers.mjs';

/*
 * `npm test`: what is missing is installed, then all tests run against real servers and the real build. Arguments go to vitest:
 * `npm test -- libs/rules`. Ends with the line `N passed, N failed`.
 */
checkNode();
ensureInstalled();
ensureServers();
ensureBuilt();

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));

function ensureServers() {
  const missing = missingServers();
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  if (canInstall()) {
    say(`installing the servers that tests use (${names}) ...`);
    install(missing);
    const left = missingServers();
    if (left.length > 0) stop(`installed, but not found: ${left.map(({ name }) => name).join(', ')}`);
    return;
  }
  const advice = `tests need ${names}. ${howToInstall(missing)}`;
  if (process.env.CI) stop(advice);
  say(`${advice}\nstadtfunk: going on; the tests that need them will fail.`);
}
