import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';
import { eventually } from './testing.ts';

/** One at a time; the first one runs until it is released, so that the others wait. */
function queueOf(maxWaiting: number, suspects: readonly string[] = []) {
  const queue = new FairQueue(1, maxWaiting, (origin) => suspects.includes(origin));
  const ran: string[] = [];
  let release: () => void = () => undefined;
  const first = queue.run(
    'first',
    () => new Promise<void>((resolve) => (release = resolve)),
    () => true,
  );
  const outcomes: Promise<readonly [string, string]>[] = [];
  const add = (origin: string, count: number, isWanted = true) => {
    for (let number = 1; number <= count; number++) {
      const name = `${origin}${number}`;
      const task = () => Promise.resolve(void ran.push(name)).then(() => 'ran');
      outcomes.push(queue.run(origin, task, () => isWanted).then((outcome) => [name, outcome] as const));
    }
  };
  const finish = async () => {
    release();
    await first;
    const all = await Promise.all(outcomes);
    return { ran, busy: all.flatMap(([name, outcome]) => (outcome === 'busy' ? [name] : [])) };
  };
  return { queue, add, finish };
}

describe('a fair queue', () => {
  it('takes origins in turns', async () => {
    const { add, finish } = queueOf(100);
    add('a', 3);
    add('b', 2);
    expect((await finish()).ran).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('leaves all its places to one origin while nobody else comes, and gives others theirs when they do', async () => {
    const { queue, add, finish } = queueOf(6);
    add('fleet', 8);
    expect(queue.size).toBe(7);
    add('b', 4);
    const { ran, busy } = await finish();
    expect(busy.sort()).toEqual(['b4', 'fleet1', 'fleet2', 'fleet3', 'fleet7', 'fleet8']);
    expect(ran).toEqual(['fleet4', 'b1', 'fleet5', 'b2', 'fleet6', 'b3']);
  });

  it('serves suspects at every fourth turn, and with what others leave', async () => {
    const { add, finish } = queueOf(100, ['x', 'y']);
    add('x', 2);
    add('y', 2);
    add('a', 6);
    const { ran } = await finish();
    expect(ran.filter((name) => name.startsWith('a')).length).toBe(6);
    expect(ran.slice(0, 8).filter((name) => !name.startsWith('a'))).toHaveLength(2);
    expect(ran.slice(8).every((name) => !name.startsWith('a'))).toBe(true);
  });

  it('lets many suspects keep a quarter of the places and no more, when others want them', async () => {
    const suspects = Array.from({ length: 20 }, (_, index) => `x${index}-`);
    const { add, finish } = queueOf(8, suspects);
    for (const suspect of suspects) add(suspect, 1);
    add('a', 8);
    const { ran } = await finish();
    expect(ran.filter((name) => name.startsWith('a'))).toHaveLength(6);
    expect(ran.filter((name) => name.startsWith('x'))).toHaveLength(2);
  });

  it('lets suspects have a quarter of the places also when others came first', async () => {
    const { add, finish } = queueOf(8, ['x']);
    add('a', 8);
    add('x', 8);
    const { ran } = await finish();
    expect(ran.filter((name) => name.startsWith('x'))).toHaveLength(2);
  });

  it('passes over what nobody wants any more', async () => {
    const { add, finish } = queueOf(8);
    add('a', 2, false);
    add('b', 1);
    expect((await finish()).ran).toEqual(['b1']);
  });

  it('goes on after a task that fails', async () => {
    const queue = new FairQueue(1, 1, () => false);
    await expect(
      queue.run(
        'a',
        () => Promise.reject(new Error('broken')),
        () => true,
      ),
    ).rejects.toThrow('broken');
    expect(
      await queue.run(
        'a',
        () => Promise.resolve(7),
        () => true,
      ),
    ).toBe(7);
    await eventually('it is empty', () => queue.size === 0);
  });
});
