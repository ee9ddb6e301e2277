import { pino, stdTimeFunctions, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Keys whose values are never written, wherever they stand. */
const SECRET_KEYS = ['password', 'passwordHash', 'token', 'secret', 'authorization', 'cookie'];

/**
 * A logger that writes a JSON object a line to standard error; standard output belongs to what a command prints.
 * @param level pino's levels, or `silent`
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' },
    },
    process.stderr,
  );
}
