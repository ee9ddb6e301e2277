import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root, sourceHash } from './prepare.mjs';

/*
 * Builds every program and the web client. Into a folder beside dist that is then swapped in whole, so that a program that
 * starts meanwhile never sees half a build.
 */
const logLevel = process.argv.includes('--quiet') ? 'warn' : 'info';
const hash = sourceHash();
const out = join(root, `dist-${process.pid}`);
const old = `${out}-old`;
try {
  mkdirSync(out);
  await build({ configFile: join(root, 'vite.config.ts'), root, logLevel, build: { outDir: out, emptyOutDir: true } });
  const webClient = join(root, 'apps/console');
  if (existsSync(join(webClient, 'index.html'))) {
    await build({ root: webClient, logLevel, build: { outDir: join(out, 'console'), emptyOutDir: true } });
    compress(join(out, 'console'));
  }
  copyAssets();
  writeFileSync(join(out, '.sources'), hash);
  swapIn();
} finally {
  rmSync(out, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}

function swapIn() {
  const dist = join(root, 'dist');
  if (existsSync(dist)) renameSync(dist, old);
  try {
    renameSync(out, dist);
  } catch (thrown) {
    // Another build of the same sources was a moment faster: its result stands.
    if (thrown.code !== 'ENOTEMPTY' && thrown.code !== 'EEXIST') throw thrown;
  }
}

/** Leaves a compressed file beside each text, so that the server has only to send it. */
function compress(folder) {
  const texts = readdirSync(folder, { recursive: true }).filter((name) => /\.(?:js|mjs|css|svg|html)$/u.test(name));
  for (const name of texts) {
    const file = join(folder, name);
    const bytes = readFileSync(file);
    // Quality 11 takes ten times as long for a twentieth less.
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${file}.gz`, gzipSync(bytes));
  }
}

/** Files that programs read beside themselves at run time. */
function copyAssets() {
  const helpers = join(root, 'libs/postgres/src/pglite');
  if (existsSync(helpers)) {
    mkdirSync(join(out, 'pglite'));
    for (const name of readdirSync(helpers).filter((file) => file.endsWith('.mjs'))) {
      cpSync(join(helpers, name), join(out, 'pglite', name));
    }
  }
  const migrations = join(root, 'libs/postgres/migrations');
  if (existsSync(migrations)) cpSync(migrations, join(out, 'migrations'), { recursive: true });
}
