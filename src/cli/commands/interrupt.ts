// Ctrl-C and SIGTERM as an AbortSignal, for the commands that run until they are told to stop.

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs work whose signal aborts on the first SIGINT or SIGTERM; the second ends the process at once, as usual. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    forget();
  };
  const forget = (): void => {
    for (const name of SIGNALS) process.off(name, stop);
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    await work(controller.signal);
  } finally {
    forget();
  }
}
