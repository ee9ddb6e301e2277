import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/*
 * Every package in package-lock.json must come under a licence that lets us hand out the whole under EUPL-1.2.
 * - Permissive licences ask for a notice only.
 * - MPL-2.0 and LGPL are copyleft per file or library and stand in the EUPL's list of compatible licences.
 * - Creative Commons here is only for data, never for code.
 * Left out on purpose: GPL and AGPL (compatible, but the whole would then have to go out under them and not under the
 * EUPL), and everything that restricts use (SSPL, BUSL, Elastic, Commons Clause, non-commercial).
 */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
  'EUPL-1.1',
  'EUPL-1.2',
  'LGPL-2.1-only',
  'LGPL-2.1-or-later',
  'LGPL-3.0-only',
  'LGPL-3.0-or-later',
  'MPL-2.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
]);

/** Packages whose package.json is silent, with what their licence file says; the version is part of the finding. */
const readByHand = { 'suncalc@2.0.2': 'BSD-2-Clause' };

/** Whether one may choose (`OR`) or must keep (`AND`) only allowed licences. */
function isAllowed(expression) {
  const text = expression.trim();
  for (const [word, every] of [
    ['OR', false],
    ['AND', true],
  ]) {
    const parts = splitOutside(text, word);
    if (parts.length > 1) return every ? parts.every(isAllowed) : parts.some(isAllowed);
  }
  if (text.startsWith('(') && text.endsWith(')')) return isAllowed(text.slice(1, -1));
  // An exception (`WITH`) only ever permits more.
  return allowed.has(text.split(' WITH ')[0].replace(/\*$/, ''));
}

/** Splits an SPDX expression at a word, but not inside parentheses. */
function splitOutside(text, word) {
  const parts = [''];
  let depth = 0;
  for (const token of text.split(/(\(|\)|\s+)/)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === word && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

function licenseOf(path, entry) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const known = readByHand[`${name}@${entry.version}`];
  if (known) return { name, license: known };
  if (typeof entry.license === 'string') return { name, license: entry.license };
  const manifest = join(root, path, 'package.json');
  if (!existsSync(manifest)) return { name, license: 'unknown' };
  const { license, licenses } = JSON.parse(readFileSync(manifest, 'utf8'));
  const found = [license, ...(Array.isArray(licenses) ? licenses : [licenses])]
    .map((one) => one?.type ?? one)
    .filter(Boolean);
  return { name, license: found.length > 0 ? found.join(' OR ') : 'unknown' };
}

const lock = JSON.parse(readFileSync(process.argv[2] ?? join(root, 'package-lock.json'), 'utf8'));
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
const refused = packages
  .map(([path, entry]) => ({ ...licenseOf(path, entry), version: entry.version }))
  .filter(({ license }) => !isAllowed(license));

for (const { name, version, license } of refused) {
  process.stderr.write(`${name}@${version}: the licence "${license}" is not on the list in infra/local/licenses.mjs\n`);
}
if (refused.length === 0) process.stdout.write(`${packages.length} packages, no licence in conflict with EUPL-1.2\n`);
else process.exitCode = 1;
