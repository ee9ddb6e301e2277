import { Fault, messageOf } from '@stadtfunk/kernel';

/**
 * What an error of Redis means. `log.io` (retryable): it is away, hangs, is still loading, or lost the connection, and the
 * command may or may not have been carried out.
 */
export function redisFault(doing: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = messageOf(thrown);
  const detail = `${doing}: ${message}`;
  const word = /^[A-Z]+/.exec(message)?.[0];
  switch (word) {
    case 'LOGREPLACED':
      return new Fault('log.replaced', `${detail}; open the log again`, false, thrown);
    case 'LOGBEHIND':
      return new Fault('log.behind', `${detail}, and the log ends before that: Redis has lost its tail`, false, thrown);
    case 'SOURCECONFLICT':
      return new Fault('source.conflict', detail, true, thrown);
    case 'OOM':
      return new Fault('log.full', detail, true, thrown);
    case 'WRONGTYPE':
      return new Fault('log.corrupt', detail, false, thrown);
    case 'NOAUTH':
    case 'WRONGPASS':
    case 'NOPERM':
      return new Fault('log.denied', detail, false, thrown);
    default:
      return new Fault('log.io', detail, true, thrown);
  }
}
