// A context for driving commands in this process: what they print is kept, what they ask fails unless the test answers it.

import type { ApiClient } from '../../src/cli/client.js';
import type { CliContext } from '../../src/cli/context.js';
import { PLAIN } from '../../src/cli/output/paint.js';

export interface TestContext extends CliContext {
  readonly printed: { out: string; err: string; exit: number };
}

const unanswered = (): never => {
  throw new Error('this test answers no calls');
};

const NO_API: ApiClient = {
  get: unanswered,
  post: unanswered,
  patch: unanswered,
  delete: unanswered,
  stream: unanswered,
  socket: async () => '/nowhere/relay.sock',
};

export const NOW = Date.parse('2026-03-01T12:00:00Z');

export function testContext(change: Partial<CliContext> = {}): TestContext {
  const printed = { out: '', err: '', exit: 0 };
  return {
    api: NO_API,
    out: { write: (text: string) => (printed.out += text) },
    err: { write: (text: string) => (printed.err += text) },
    stdin: process.stdin,
    env: {},
    cwd: '/srv/relay',
    isTTY: false,
    isErrTTY: false,
    width: Number.POSITIVE_INFINITY,
    paint: PLAIN,
    paintErr: PLAIN,
    format: 'table',
    yes: false,
    quiet: false,
    debug: false,
    configFlag: undefined,
    socketFlag: undefined,
    now: () => NOW,
    invokedAs: 'relay',
    exitWith: (code) => {
      printed.exit = code;
    },
    hint: (text) => {
      printed.err += `${text}\n`;
    },
    printed,
    ...change,
  };
}
