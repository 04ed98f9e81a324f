// Progress of long work on stderr: a bar on a terminal, only once the work takes over a second. Silent with --quiet or when piped.

import type { SingleBar } from 'cli-progress';
import { formatSpan } from '../../core/units.js';
import type { CliContext } from '../context.js';

const SHOW_AFTER_MS = 1_000;

export interface Progress {
  /** @param total when it became known or changed */
  update(done: number, total?: number): Promise<void>;
  /** Takes the bar away. Call it in `finally`. */
  stop(): void;
}

/** Without a pace there is no time left to tell: the package would say `NFs`. */
export const timeLeft = (seconds: number): string =>
  Number.isFinite(seconds) ? formatSpan(Math.round(seconds) * 1_000) : '…';

async function drawBar(what: string): Promise<SingleBar> {
  const { default: progress } = await import('cli-progress');
  return new progress.SingleBar(
    {
      format: `${what} {bar} {value}/{total}  {eta_formatted} left`,
      formatTime: timeLeft,
      stream: process.stderr,
      clearOnComplete: true,
    },
    progress.Presets.shades_classic,
  );
}

/** @param total null when it is not known yet; the bar waits for it */
export function progress(context: CliContext, what: string, total: number | null): Progress {
  const startedAt = context.now();
  let known = total;
  let bar: SingleBar | undefined;
  return {
    async update(done, newTotal) {
      known = newTotal ?? known;
      if (known === null || context.quiet || !context.isErrTTY) return;
      if (context.now() - startedAt < SHOW_AFTER_MS) return;
      if (bar === undefined) {
        bar = await drawBar(what);
        bar.start(known, done);
      }
      bar.setTotal(known);
      bar.update(done);
    },
    stop() {
      bar?.stop();
    },
  };
}

/** Says `what …` on a terminal while work without a known total takes over a second. */
export async function saying<Result>(
  context: CliContext,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  if (context.quiet || !context.isErrTTY) return work;
  let isSaid = false;
  const timer = setTimeout(() => {
    isSaid = true;
    context.err.write(`${what} …`);
  }, SHOW_AFTER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (isSaid) context.err.write('\r\u001b[K');
  }
}
