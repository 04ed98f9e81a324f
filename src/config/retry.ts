// When a failed delivery is tried again, as the config says it: `retry` is a map, the name of a preset, or a preset with what goes with it.
// Its schema, the policy made of it, and what is wrong with it.

import { parseSpan } from '../core/units.js';
import { DEFAULT_RETRY, type RetryPolicy, STANDARD_WEBHOOKS_RETRY } from '../model/retry-policy.js';
import { childOf, type PathPart, type Problem, problemAt } from './problem.js';
import { type JsonSchema, text } from './schema-parts.js';

const RETRY_PRESETS = ['standard-webhooks'] as const;
export type RetryPreset = (typeof RETRY_PRESETS)[number];

export interface RetrySpec {
  readonly preset?: RetryPreset;
  readonly max?: number;
  readonly base?: string;
  readonly factor?: number;
  readonly jitter?: number;
  readonly on?: 'all' | 'transient';
}

/** What a preset says by itself. */
const OF_A_PRESET = ['max', 'base', 'factor', 'jitter'] as const;

const EXPECTS = '{ max, base, factor, jitter, on }, { preset, on } or standard-webhooks';

export const retrySchema: JsonSchema = {
  type: ['object', 'string'],
  description:
    'Retries after the first try; or the preset `standard-webhooks`, which spans days, also as `{ preset: standard-webhooks, on: transient }`.',
  'x-expects': EXPECTS,
  'x-text-enum': RETRY_PRESETS,
  examples: [`{ max: ${DEFAULT_RETRY.max} }`],
  properties: {
    preset: text('Delays of a known kind, in place of `max`, `base`, `factor` and `jitter`.', {
      enum: RETRY_PRESETS,
    }),
    max: {
      type: 'integer',
      minimum: 0,
      maximum: 20,
      default: DEFAULT_RETRY.max,
      description: 'Retries at most.',
    },
    base: text('Delay before the first retry.', { format: 'span', default: '5s' }),
    factor: {
      type: 'number',
      minimum: 1,
      maximum: 100,
      default: DEFAULT_RETRY.factor,
      description: 'Growth from retry to retry.',
    },
    jitter: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: DEFAULT_RETRY.jitter,
      description: 'Random share added to a delay.',
    },
    on: text(
      '`transient`: only network failures, 408, 425, 429 and 5xx are retried; other answers are final.',
      {
        enum: ['all', 'transient'],
        default: 'all',
      },
    ),
  },
  additionalProperties: false,
};

/** What a schema cannot say: delays of one's own beside a preset, which has its own. */
export function checkRetry(spec: unknown, base: readonly PathPart[]): Problem[] {
  const retry = childOf(spec, 'retry');
  const preset = childOf(retry, 'preset');
  if (preset === undefined) return [];
  return OF_A_PRESET.filter((key) => childOf(retry, key) !== undefined).map((key) =>
    problemAt(
      [...base, 'retry', key],
      'invalid_value',
      `"${key}" does not go with "preset": the preset says it`,
      `take "${key}" out, or "preset"; beside a preset there can be: on`,
      { on: 'key' },
    ),
  );
}

/** A preset, or the default with what the config changes. @param giveUpAfter `3d` */
export function retryPolicyOf(retry: RetrySpec | RetryPreset | undefined, giveUpAfter?: string): RetryPolicy {
  const { preset, max, base, factor, jitter, on }: RetrySpec =
    typeof retry === 'string' ? { preset: retry } : (retry ?? {});
  const rest = {
    ...(giveUpAfter === undefined ? {} : { giveUpAfterMs: parseSpan(giveUpAfter) as number }),
    ...(on === undefined ? {} : { on }),
  };
  if (preset !== undefined) return { ...STANDARD_WEBHOOKS_RETRY, ...rest };
  return {
    ...rest,
    max: max ?? DEFAULT_RETRY.max,
    baseMs: base === undefined ? DEFAULT_RETRY.baseMs : (parseSpan(base) as number),
    factor: factor ?? DEFAULT_RETRY.factor,
    jitter: jitter ?? DEFAULT_RETRY.jitter,
  };
}
