// Colours: which words of state get which, and whether there are any at all (NO_COLOR, --no-color, TERM=dumb, not a terminal).
// chalk is loaded only when something will be coloured: it costs 10 ms of start.

type Brush = (text: string) => string;

export interface Paint {
  readonly bold: Brush;
  readonly dim: Brush;
  readonly red: Brush;
  readonly green: Brush;
  readonly yellow: Brush;
  readonly cyan: Brush;
}

const plainly: Brush = (text) => text;
export const PLAIN: Paint = {
  bold: plainly,
  dim: plainly,
  red: plainly,
  green: plainly,
  yellow: plainly,
  cyan: plainly,
};

/** Whether a stream is coloured. FORCE_COLOR colours a pipe too; a refusal wins over it. */
export function wantsColour(
  env: Readonly<Record<string, string | undefined>>,
  isTTY: boolean,
  refused: boolean,
): boolean {
  if (refused || env.NO_COLOR || env.TERM === 'dumb') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY;
}

export async function colouredPaint(): Promise<Paint> {
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}

const BRUSH_OF: Record<string, keyof Paint> = {
  active: 'green',
  delivered: 'green',
  healthy: 'green',
  resolved: 'green',
  ok: 'green',
  low: 'cyan',
  info: 'cyan',
  acknowledged: 'yellow',
  pending: 'yellow',
  sending: 'yellow',
  held: 'yellow',
  silence: 'yellow',
  silenced: 'yellow',
  collect: 'yellow',
  paused: 'yellow',
  degraded: 'yellow',
  retry: 'yellow',
  unknown: 'yellow',
  medium: 'yellow',
  warning: 'yellow',
  triggered: 'red',
  missed: 'red',
  failed: 'red',
  dead: 'red',
  disabled: 'red',
  rejected: 'red',
  gone: 'red',
  error: 'red',
  critical: 'red',
  high: 'red',
  cancelled: 'dim',
};

/** A word of state in its colour: `delivered` green, `failed` red, … Words without one stay plain. */
export function paintState(paint: Paint, state: string): string {
  const brush = BRUSH_OF[state];
  return brush === undefined ? state : paint[brush](state);
}
