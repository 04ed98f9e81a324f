// Several events in one request, as a webhook says it: `max_events_per_request` and `linger`. Their schema, the rule made of them, and
// what is wrong with them.

import { parseSpan } from '../core/units.js';
import { BATCH_FORMATS } from '../destinations/webhook/formats/formatted.js';
import type { Destination } from '../model/topology.js';
import { childOf, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import type { JsonSchema } from './schema-parts.js';

export interface BatchingSpec {
  readonly max_events_per_request?: number;
  readonly linger?: string;
}

export const batchingProperties: Record<string, JsonSchema> = {
  max_events_per_request: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000,
    default: 1,
    description: `Events in one request at most; the receiver must know the form for several. Formats: ${BATCH_FORMATS.join(', ')}.`,
  },
  linger: {
    type: 'string',
    description:
      'How long a request that is not full waits for more events. Default: what is due goes at once.',
    format: 'short-wait',
    default: '0s',
    examples: ['2s'],
  },
};

type BatchPart = Pick<Destination, 'batch'>;

export function batchOf({ max_events_per_request: maxEvents = 1, linger = '0s' }: BatchingSpec): BatchPart {
  return maxEvents === 1 ? {} : { batch: { maxEvents, lingerMs: Math.round(parseSpan(linger) ?? 0) } };
}

export function checkBatching(spec: unknown, base: readonly PathPart[]): Problem[] {
  const most = childOf(spec, 'max_events_per_request') ?? 1;
  const wrong = (key: string, why: string, fix: string): Problem[] => [
    problemAt([...base, key], 'invalid_value', why, fix, { on: 'key' }),
  ];
  if (most === 1) {
    if (childOf(spec, 'linger') === undefined) return [];
    return wrong(
      'linger',
      '"linger" is for several events a request',
      'set max_events_per_request, or take it out',
    );
  }
  const format = textOf(childOf(spec, 'format')) ?? 'standard';
  if (!BATCH_FORMATS.some((name) => name === format)) {
    const why = `the format "${format}" has no form for several events`;
    return wrong('max_events_per_request', why, `take it out, or use one of: ${BATCH_FORMATS.join(', ')}`);
  }
  if (format !== 'cloudevents' || textOf(childOf(childOf(spec, 'cloudevents'), 'mode')) === 'batched')
    return [];
  const why = 'CloudEvents carry several events in batched mode only';
  return wrong('max_events_per_request', why, 'set cloudevents: { mode: batched }, or take it out');
}
