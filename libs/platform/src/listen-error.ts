import { UserError } from './user-error.ts';

/** What a person can do about a port that cannot be listened on; anything else as it was thrown. */
export function listenError(thrown: unknown, setting: string): unknown {
  const { code, port, address } = thrown as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return new UserError(`port ${String(port)} is used by another program: end it, or set ${setting}`, 2);
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new UserError(`cannot listen on ${String(address)}:${String(port)} (${code}): set HOST or ${setting}`, 2);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new UserError('HOST is no address of this machine, and no name that leads to one', 2);
  }
  return thrown;
}
