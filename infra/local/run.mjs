import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, stop } from './prepare.mjs';

/*
 * Runs a program of dist in a clone: `run.mjs stadtfunk serve`. The program runs in this very process: signals, exit code and
 * output are its own, and nobody in between can lose them.
 */
const [name, ...args] = process.argv.slice(2);
prepare();
const program = join(root, 'dist', `${name}.js`);
if (!existsSync(program)) stop(`there is no program ${name} in dist`);
process.argv = [process.execPath, program, ...args];
process.setSourceMapsEnabled(true);
await import(pathToFileURL(program).href);
