import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/* Checks types: one program for everything that runs in Node, others for what runs in the browser (it has other globals), or reaches into it. */
const projects = ['tsconfig.json', 'test/console/tsconfig.json'];
if (existsSync(join(root, 'apps/console/index.html'))) projects.push('apps/console/tsconfig.json');

const tsc = join(root, 'node_modules/typescript/bin/tsc');
const codes = projects.map(
  (project) => spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' }).status,
);
process.exit(codes.every((code) => code === 0) ? 0 : 1);
