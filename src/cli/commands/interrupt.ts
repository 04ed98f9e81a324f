// Ctrl-C and SIGTERM as an AbortSignal, for the commands that run until they are told to stop.

/** Aborts on the first SIGINT or SIGTERM; the second ends the process at once, as usual. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
