import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('the command line', () => {
  it('ends quietly when whoever reads its output has read enough', async () => {
    const child = spawn(process.execPath, [resolve('dist/stadtfunk.js'), 'codec', 'list']);
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.stdout.destroy();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect([code, complaints]).toEqual([0, '']);
  });
});
