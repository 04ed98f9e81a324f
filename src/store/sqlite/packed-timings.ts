// The timings of an attempt as a column: the wait for the first byte alone where the connection was reused (`12`), else dns, connect, tls
// and first byte (`3,20,45,130`). A part that is null is empty, so `` is a reused connection that brought no answer. Part of the file
// format: read what was written by every version since 7.

import type { AttemptTimings } from '../../model/delivery.js';

export function packTimings(timings: AttemptTimings | null): string | null {
  if (timings === null) return null;
  const { connectionReused, dnsMs, connectMs, tlsMs, firstByteMs } = timings;
  const firstByte = firstByteMs ?? '';
  return connectionReused
    ? String(firstByte)
    : `${dnsMs ?? ''},${connectMs ?? ''},${tlsMs ?? ''},${firstByte}`;
}

export function unpackTimings(packed: string | null): AttemptTimings | null {
  if (packed === null) return null;
  const parts = packed.split(',').map((part) => (part === '' ? null : Number(part)));
  const connectionReused = parts.length === 1;
  const [dnsMs = null, connectMs = null, tlsMs = null] = connectionReused ? [] : parts;
  return { connectionReused, dnsMs, connectMs, tlsMs, firstByteMs: parts.at(-1) ?? null };
}
