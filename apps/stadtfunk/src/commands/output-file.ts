import { open, stat } from 'node:fs/promises';
import { UserError } from '@stadtfunk/platform';

/** Before long work begins: whether its result can be written there at its end. What is there already stays until then. */
export async function assertWritable(...paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    try {
      await (await open(path, 'a')).close();
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      throw new UserError(`cannot write ${path}: ${code}`, 2);
    }
  }
}

/** Whether both paths lead to one file that is there, whatever they are called. */
export async function isSameFile(path: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([path, other].map((each) => stat(each).catch(() => undefined)));
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}
