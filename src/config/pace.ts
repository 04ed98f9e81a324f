// How gently a destination is treated, as the config says it: `give_up_after`, `circuit`, `disable_after`, `rate`. Their schema, and
// the records made of them.

import { formatSpan, parseSpan } from '../core/units.js';
import { type CircuitRule, DEFAULT_CIRCUIT, LEAST_FAILURES_TO_DISABLE } from '../model/pace.js';
import type { Destination } from '../model/topology.js';
import { parseRate } from './formats.js';
import { childOf, type PathPart, type Problem, problemAt, textOf } from './problem.js';

export interface CircuitSpec {
  readonly failures?: number;
  readonly probe?: string;
  readonly max_probe?: string;
}

/** Part of what every destination may have. */
export interface PaceSpec {
  readonly give_up_after?: string;
  readonly circuit?: CircuitSpec | false;
  /** `3d`, or failures in a row. */
  readonly disable_after?: string | number;
  /** `10/s` */
  readonly rate?: string;
}

export const PACE_KEYS = ['give_up_after', 'circuit', 'disable_after', 'rate'] as const;

const span = (description: string, more: object): object => ({ type: 'string', description, ...more });

export const paceProperties: Record<string, { readonly [keyword: string]: unknown }> = {
  give_up_after: {
    type: 'string',
    description: 'A delivery not delivered for this long is given up. Default: never by age alone.',
    format: 'quiet-span',
    examples: ['3d'],
  },
  circuit: {
    type: ['object', 'boolean'],
    description:
      'After repeated failures one request at a time probes the destination, and all others wait. `false`: never.',
    'x-expects': '{ failures, probe, max_probe } or false',
    'x-only-false': true,
    properties: {
      failures: {
        type: 'integer',
        minimum: 2,
        maximum: 1_000,
        default: DEFAULT_CIRCUIT.failures,
        description: 'Failed attempts in a row after which it is probed.',
      },
      probe: span('Until the first probe; doubled after each that fails.', { format: 'span', default: '5s' }),
      max_probe: span('Between probes at most.', { format: 'span', default: '1m' }),
    },
    additionalProperties: false,
  },
  disable_after: {
    type: ['string', 'integer'],
    description:
      'Disables the destination when it failed for so long, or so many times in a row, with no success between. Default: never.',
    format: 'quiet-span',
    minimum: LEAST_FAILURES_TO_DISABLE,
    maximum: 1_000_000,
    'x-expects': 'a span of time such as 5d, or a number of failures',
    examples: ['5d'],
  },
  rate: {
    type: 'string',
    description: 'Requests at most in any such span of time, for each URL. Default: no limit.',
    format: 'rate',
    examples: ['10/s'],
  },
};

/** What a schema cannot say: waits for a probe only grow. */
export function checkPace(spec: unknown, base: readonly PathPart[]): Problem[] {
  const circuit = childOf(spec, 'circuit');
  const spanOf = (key: string): number | undefined => parseSpan(textOf(childOf(circuit, key)) ?? '');
  const most = spanOf('max_probe');
  const first = childOf(circuit, 'probe') === undefined ? DEFAULT_CIRCUIT.probeMs : spanOf('probe');
  if (most === undefined || first === undefined || most >= first) return [];
  const message = `"max_probe" is shorter than the first wait, "probe" (${formatSpan(first)})`;
  const fix = `write max_probe: ${formatSpan(first)} or more, or a shorter probe`;
  return [problemAt([...base, 'circuit', 'max_probe'], 'invalid_value', message, fix)];
}

type PacePart = Pick<Destination, 'circuit' | 'disableAfter' | 'rate'>;

/** What is left out is left out of the record too: the engine knows the defaults. `give_up_after` is part of the retry policy. */
export function paceOf({ circuit, disable_after: disableAfter, rate }: PaceSpec): PacePart {
  const limit = rate === undefined ? undefined : parseRate(rate);
  return {
    ...(circuit === undefined ? {} : { circuit: circuit === false ? null : circuitOf(circuit) }),
    ...(disableAfter === undefined
      ? {}
      : {
          disableAfter:
            typeof disableAfter === 'number'
              ? { failures: disableAfter }
              : { spanMs: parseSpan(disableAfter) as number },
        }),
    ...(limit === undefined ? {} : { rate: limit }),
  };
}

function circuitOf({ failures, probe, max_probe: maxProbe }: CircuitSpec): CircuitRule {
  const probeMs = probe === undefined ? DEFAULT_CIRCUIT.probeMs : (parseSpan(probe) as number);
  const maxProbeMs = maxProbe === undefined ? DEFAULT_CIRCUIT.maxProbeMs : (parseSpan(maxProbe) as number);
  return {
    failures: failures ?? DEFAULT_CIRCUIT.failures,
    probeMs,
    maxProbeMs: Math.max(probeMs, maxProbeMs),
  };
}
