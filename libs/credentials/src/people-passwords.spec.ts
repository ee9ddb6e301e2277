import { describe, expect, it } from 'vitest';
import { ScryptPasswordKeeper } from './people-passwords.ts';
import { hashPassword } from './scrypt-password.ts';

describe("People's passwords", () => {
  const keeper = new ScryptPasswordKeeper();

  it('are known again, and no others', async () => {
    const hash = await keeper.hash('vier müde Laternen');

    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(await keeper.verify('vier müde Laternen', hash)).toBe(true);
    expect(await keeper.verify('vier müde laternen', hash)).toBe(false);
    expect(await keeper.verify('', null)).toBe(false);
  });

  it('are the same however the keyboard puts an umlaut together', async () => {
    const hash = await keeper.hash('vier m\u00fcde Laternen');

    expect(await keeper.verify('vier mu\u0308de Laternen', hash)).toBe(true);
  });

  it('take as long for somebody who is not there', async () => {
    const hash = await keeper.hash('vier müde Laternen');
    const timeOf = async (kept: string | null) => {
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        await keeper.verify('falsch geraten, leider', kept);
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };

    const [known, unknown] = [await timeOf(hash), await timeOf(null)];
    // Without the work it would be a thousandth.
    expect(unknown).toBeGreaterThan(known / 2);
    expect(unknown).toBeLessThan(known * 2);
  });

  it('that were hashed cheaper are to be hashed anew', async () => {
    expect(keeper.isOutdated(await hashPassword('x'))).toBe(true);
    expect(keeper.isOutdated(await keeper.hash('x'))).toBe(false);
  });

  it('wait in a row that has an end', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 45 }, () =>
        keeper.verify('x', '$scrypt$ln=1,r=1,p=1$U29kaXVtQ2hsb3JpZGU$aGFzaGhhc2hoYXNoaGFzaA'),
      ),
    );

    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ reason: { code: 'passwords.busy', retryable: true } });
  });
});
