// How long an attempt took, in words. Pure.

import { formatSpan } from '../../core/units.js';
import type { AttemptTimings } from '../../model/delivery.js';
import type { Wire } from '../../model/wire.js';

const STAGES = [
  ['dns', 'dns_ms'],
  ['connect', 'connect_ms'],
  ['tls', 'tls_ms'],
  ['first byte', 'first_byte_ms'],
] as const satisfies readonly (readonly [string, keyof Wire<AttemptTimings>])[];

const shortSpan = (ms: number): string => (ms === 0 ? '<1ms' : formatSpan(ms));

/** `212ms (dns 3ms, connect 20ms, tls 45ms, first byte 130ms)`; stages that did not happen or did not end are left out. */
export function tookText(totalMs: number, timings: Wire<AttemptTimings> | null): string {
  const total = formatSpan(totalMs);
  if (timings === null) return total;
  const parts = timings.connection_reused ? ['connection reused'] : [];
  for (const [name, key] of STAGES) {
    const ms = timings[key];
    if (ms !== null) parts.push(`${name} ${shortSpan(ms)}`);
  }
  return parts.length === 0 ? total : `${total} (${parts.join(', ')})`;
}
