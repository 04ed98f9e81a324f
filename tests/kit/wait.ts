// Waiting for something to become true, and folders that vanish with the test. No assertion is ever made on how long it took.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Polls until `check` gives something truthy and returns it.
 * @throws Error naming `what` (and the last error of `check`) when `timeoutMs` have passed
 */
export async function untilTrue<T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (true) {
    try {
      const value = await check();
      if (value) return value as NonNullable<T>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}`, { cause: last });
    }
    await pause(20);
  }
}

/** A folder of its own under the system's temporary folder; short, because a socket's path may have at most 107 bytes. */
export function tempDir(): string {
  return mkdtempSync(join(tmpdir(), 'relay-'));
}

export function removeDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}
