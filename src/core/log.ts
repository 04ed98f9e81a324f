// The daemon's log: JSON lines on stderr, never a secret in them.

import { type Logger, pino } from 'pino';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const SECRET_KEYS = ['key', 'secret', 'password', 'token', 'authorization', 'cookie', 'keys'];

/** @param level one of pino's levels; anything else counts as `info` */
export function createLog(level: string | undefined): Logger {
  const known = LEVELS.find((name) => name === level?.toLowerCase()) ?? 'info';
  return pino(
    {
      level: known,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '***',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
