// Runs one command line in this process, through the real program, parser and client, against a canned API. Style can be chosen.

import { Readable } from 'node:stream';
import { CommanderError } from 'commander';
import { createClient } from '../../../src/cli/client.js';
import type { CliContext, OutputFormat } from '../../../src/cli/context.js';
import { printError } from '../../../src/cli/output/error.js';
import { PLAIN } from '../../../src/cli/output/paint.js';
import { buildProgram } from '../../../src/cli/program.js';

/** 2026-01-31 10:00:00 UTC: the now of every screen. */
export const NOW = Date.UTC(2026, 0, 31, 10, 0, 0);
export const ago = (ms: number): string => new Date(NOW - ms).toISOString();

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunStyle {
  readonly format?: OutputFormat;
  readonly isTTY?: boolean;
  readonly width?: number;
  readonly yes?: boolean;
  readonly stdin?: string;
  /** There is somebody to ask. */
  readonly isStdinTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Told each line for people as it is written. */
  readonly onHint?: (text: string) => void;
}

/** Global flags are given by `style`, not on the line. */
export async function run(socket: string, argv: readonly string[], style: RunStyle = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  let code = 0;
  const context: CliContext = {
    api: createClient({ locateSocket: async () => socket, startCommand: () => 'relay serve' }),
    out: { write: (text: string) => (stdout += text) },
    err: { write: (text: string) => (stderr += text) },
    stdin: Object.assign(Readable.from([style.stdin ?? '']), {
      isTTY: style.isStdinTTY ?? false,
    }) as unknown as NodeJS.ReadStream,
    env: style.env ?? {},
    cwd: process.cwd(),
    isTTY: style.isTTY ?? false,
    isErrTTY: false,
    width: style.width ?? Number.POSITIVE_INFINITY,
    paint: PLAIN,
    paintErr: PLAIN,
    format: style.format ?? 'table',
    yes: style.yes ?? false,
    quiet: false,
    debug: false,
    configFlag: undefined,
    socketFlag: undefined,
    now: () => NOW,
    invokedAs: 'relay',
    exitWith: (given) => {
      code = given;
    },
    hint: (text) => {
      stderr += `${text}\n`;
      style.onHint?.(text);
    },
  };
  try {
    const program = await buildProgram(context, argv[0]);
    await program.parseAsync(argv as string[], { from: 'user' });
  } catch (error) {
    // commander ends this way after it printed help.
    if (!(error instanceof CommanderError)) code = printError(error, context);
  }
  return { code, stdout, stderr };
}
