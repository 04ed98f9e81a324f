// What a command may touch: the API, the streams, the environment, and how the user wants output. Tests build their own.
// Holds no command logic.

import type { ApiClient } from './client.js';
import type { Paint } from './output/paint.js';

export type OutputFormat = 'table' | 'wide' | 'json' | 'jsonl' | 'name';

export interface TextSink {
  write(text: string): unknown;
}

export interface CliContext {
  /** Calls to the daemon. Connects on the first call; commands that never call need no daemon. */
  readonly api: ApiClient;
  /** Data. */
  readonly out: TextSink;
  /** Progress, hints, warnings, prompts. */
  readonly err: TextSink;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether stdout is a terminal: style only (colour, width, relative times), never content. */
  readonly isTTY: boolean;
  /** Whether stderr is a terminal: progress bars. */
  readonly isErrTTY: boolean;
  /** Columns of the terminal; Infinity when piped. */
  readonly width: number;
  /** Colours of stdout. */
  readonly paint: Paint;
  /** Colours of stderr. */
  readonly paintErr: Paint;
  readonly format: OutputFormat;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  /** `--config`, not yet looked for. */
  readonly configFlag: string | undefined;
  /** `--socket`, not yet looked for. */
  readonly socketFlag: string | undefined;
  now(): number;
  /** How the user started us, for the commands we print: `relay` or `bin/relay.js`. */
  readonly invokedAs: string;
  /** Ends with this exit code although nothing failed (8 degraded, 9 the remote end refused). */
  exitWith(code: number): void;
  /** A line for people on stderr, unless --quiet. */
  hint(text: string): void;
}

/** True when stdout is to be read by a program. */
export function wantsJson(context: Pick<CliContext, 'format'>): boolean {
  return context.format === 'json' || context.format === 'jsonl';
}

/** `next: relay source url x`, in the words the user started us with. */
export function hintNext(context: CliContext, ...commands: string[]): void {
  if (wantsJson(context) || context.format === 'name') return;
  for (const [index, command] of commands.entries()) {
    context.hint(`${index === 0 ? 'next:' : '     '} ${context.invokedAs} ${command}`);
  }
}
