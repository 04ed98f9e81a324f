// Writing to the daemon's standard output as a delivery: it counts as delivered once the stream has taken it.

import type { Writable } from 'node:stream';
import type { TransportError } from '../destinations/driver.js';
import type { TransportAnswer } from './exchange.js';

/** @param timeoutMs a reader that stands still (a paused pipe) must not hold the lane for ever */
export function printBlock(stdout: Writable, text: string, timeoutMs: number): Promise<TransportAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(printed({ code: 'timeout', message: 'the output is not being read' })),
      timeoutMs,
    );
    if (stdout.destroyed || stdout.writableEnded) {
      clearTimeout(timer);
      resolve(printed({ code: 'reset', message: 'the output is closed' }));
      return;
    }
    stdout.write(`${text}\n`, (error) => {
      clearTimeout(timer);
      resolve(printed(error ? { code: 'reset', message: `the output failed: ${error.message}` } : null));
    });
  });
}

function printed(error: TransportError | null): TransportAnswer {
  return { status: null, headers: {}, body: '', truncated: false, error, timings: null };
}
