// How a destination is treated, as the API shows it: tries, pace, circuit, with the defaults that are in force.

import { DEFAULT_CIRCUIT } from '../../model/pace.js';
import { type RetryPolicy, retryDelayMs, STANDARD_WEBHOOKS_RETRY } from '../../model/retry-policy.js';
import type { Destination } from '../../model/topology.js';
import type { Treatment } from '../wire/api-types.js';

function retryOf(policy: RetryPolicy): Treatment['retry'] {
  const { max, baseMs, factor, jitter, on = 'all', scheduleMs } = policy;
  const delays: number[] = [];
  for (let retry = 1; ; retry++) {
    const delay = retryDelayMs(policy, retry, 0);
    if (delay === null) break;
    delays.push(delay);
  }
  return {
    preset: scheduleMs === STANDARD_WEBHOOKS_RETRY.scheduleMs ? 'standard-webhooks' : null,
    max,
    base_ms: baseMs,
    factor,
    jitter,
    on,
    delays_ms: delays,
  };
}

function disableOf({ disableAfter }: Destination): Treatment['disable_after'] {
  if (disableAfter === undefined) return null;
  return {
    failures: 'failures' in disableAfter ? disableAfter.failures : null,
    span_ms: 'spanMs' in disableAfter ? disableAfter.spanMs : null,
  };
}

export function treatmentOf(destination: Destination): Treatment {
  const { retry, redelivery, rate, concurrency, circuit = DEFAULT_CIRCUIT, timeoutMs } = destination;
  return {
    timeout_ms: timeoutMs,
    retry: retryOf(retry),
    give_up_after_ms: retry.giveUpAfterMs ?? null,
    redelivery: redelivery && { schedule: redelivery.schedule, max_age_ms: redelivery.maxAgeMs },
    rate: rate?.text ?? null,
    concurrency,
    circuit: circuit && {
      failures: circuit.failures,
      probe_ms: circuit.probeMs,
      max_probe_ms: circuit.maxProbeMs,
    },
    disable_after: disableOf(destination),
  };
}
