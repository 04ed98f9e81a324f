// A replay of many events, step by step: what is asked of the daemon, what it answers, and the schema of the answer. Clients get the
// types through `api-types.ts`.

import { flag, type JsonSchema, nullable, record, text, whole } from './schema.js';

/** Which events are replayed. Instants are ms UTC. */
export interface ReplaySelection {
  readonly type?: string;
  readonly channel?: string;
  readonly incident?: string;
  readonly since?: number;
  readonly until: number;
}

export interface ReplayStepRequest {
  readonly selection: ReplaySelection;
  readonly dryRun: boolean;
  /** As the first step answered it; null for that step. */
  readonly run: string | null;
  readonly after?: string;
  /** Events a step looks at. */
  readonly limit: number;
}

export interface ReplayStep {
  /** Names the replay: its later steps and what goes on after a crash give it. Null on a dry run. */
  readonly run: string | null;
  /** Events this step looked at. */
  readonly looked: number;
  /** Of these, events that somebody wants today. */
  readonly wanted: number;
  /** Of these, events that this run had replayed before. */
  readonly doneBefore: number;
  /** Deliveries made, or that would be made. */
  readonly deliveries: number;
  /** By destination. */
  readonly destinations: Readonly<Record<string, number>>;
  /** Enough waits there already: nothing was done, ask for the same step again in a moment. */
  readonly waitsFor: { readonly destination: string; readonly waiting: number } | null;
  /** Where the next step begins; null after the last one. */
  readonly next: string | null;
}

/** `POST /api/v1/events/replay`. */
export interface ReplayRangeAnswer {
  dry_run: boolean;
  run: string | null;
  /** As understood, to be given with every later step. */
  since: string | null;
  until: string;
  looked: number;
  wanted: number;
  done_before: number;
  deliveries: number;
  destinations: Record<string, number>;
  waits_for: { destination: string; waiting: number } | null;
  next: string | null;
}

export const REPLAY_ANSWERS: Readonly<Record<string, JsonSchema>> = {
  ReplayRange: record({
    dry_run: flag,
    run: nullable(text),
    since: nullable({ type: 'string', format: 'date-time' }),
    until: { type: 'string', format: 'date-time' },
    looked: whole,
    wanted: whole,
    done_before: whole,
    deliveries: whole,
    destinations: { type: 'object', additionalProperties: whole },
    waits_for: nullable(record({ destination: text, waiting: whole })),
    next: nullable(text),
  }),
};
