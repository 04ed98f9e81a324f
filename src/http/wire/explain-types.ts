// What the API answers when it is asked whether a destination would get an event, and the schemas of it. Clients get the types through
// `api-types.ts`.

import { anything, flag, type JsonSchema, list, nullable, oneOf, record, ref, text } from './schema.js';

/** One expression of a filter, or a group of them, and how it came out. */
export interface ExplainedExpression {
  /** `severity gte high`, `any of`, `all of`, `not`. */
  expression: string;
  holds: boolean;
  /** Whether the outcome of the whole comes from here. */
  decided: boolean;
  /** What the field held, or what a condition rendered to; left out when there is no such field. */
  found?: unknown;
  /** Why a condition could not be rendered: it does not hold then. */
  error?: string;
  inner: ExplainedExpression[];
}

export interface ExplainedStep extends ExplainedExpression {
  step: 'subscription' | 'channel' | 'filter' | 'when';
}

/** `POST /api/v1/webhooks/:name/explain`, `POST /api/v1/integrations/:name/explain`. */
export interface ExplainAnswer {
  destination: string;
  /** The stored event, or null for an example. */
  event: string | null;
  event_type: string;
  would_get: boolean;
  /** All that must hold, in the order in which it is asked. */
  steps: ExplainedStep[];
  /** What besides holds an event back, or lets it wait: a pause, a silenced incident. */
  notes: string[];
}

const expression = {
  expression: text,
  holds: flag,
  decided: flag,
  found: anything,
  error: text,
  inner: list(ref('ExplainedExpression')),
};

export const EXPLAIN_ANSWERS: Readonly<Record<string, JsonSchema>> = {
  ExplainedExpression: record(expression, ['found', 'error']),
  Explain: record({
    destination: text,
    event: nullable(text),
    event_type: text,
    would_get: flag,
    steps: list(
      record({ step: oneOf('subscription', 'channel', 'filter', 'when'), ...expression }, ['found', 'error']),
    ),
    notes: list(text),
  }),
};
