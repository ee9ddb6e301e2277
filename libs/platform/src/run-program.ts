import { Fault, messageOf } from '@stadtfunk/kernel';
import { serve } from './on-demand.ts';
import { ROLES, type Role } from './roles.ts';
import { settings } from './settings.ts';
import { UserError } from './user-error.ts';

/** Runs a program; what it fails with is said in one line, with a stack only where it is our mistake. */
export async function runProgram(program: () => Promise<unknown>): Promise<void> {
  try {
    await program();
  } catch (thrown) {
    process.stderr.write(`stadtfunk: ${sayOf(thrown)}\n`);
    process.exitCode = thrown instanceof UserError ? thrown.exitCode : 1;
  }
}

/** The program of a single role. */
export function runRole(role: Role): Promise<void> {
  return runProgram(() => serve(settings(), new Set(ROLES.filter((name) => name === role))));
}

function sayOf(thrown: unknown): string {
  // A coded fault says what is wrong; its stack tells an operator nothing.
  if (thrown instanceof UserError || thrown instanceof Fault) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
}
