// Closed sets of words stored as small integers. The order is part of the file format: append only, never reorder.

import type { AlertResult, AlertSignal } from '../../model/alert.js';
import type { AttemptOutcome, DeliveryState, Trigger } from '../../model/delivery.js';
import type { IncidentStatus, TimelineAction } from '../../model/incident.js';
import type { Priority, Severity } from '../../model/severity.js';

export interface Codes<Word extends string> {
  code(word: Word): number;
  word(code: number): Word;
  readonly words: readonly Word[];
}

function codes<Word extends string>(words: readonly Word[]): Codes<Word> {
  const codeOf = new Map(words.map((word, code) => [word, code]));
  return {
    words,
    code(word) {
      const code = codeOf.get(word);
      if (code === undefined) throw new Error(`no code for "${word}"`);
      return code;
    },
    word: (code) => words[code] as Word,
  };
}

export type StoredState = Exclude<DeliveryState, 'held'>;

export const SIGNAL = codes<AlertSignal>(['trigger', 'acknowledge', 'resolve', 'ignore']);
export const RESULT = codes<AlertResult>([
  'opened',
  'repeated',
  'escalated',
  'acknowledged',
  'resolved',
  'nothing_open',
  'ignored',
  'collected',
]);
/** Open statuses are below 2: the partial index `incident_open` says so. */
export const STATUS = codes<IncidentStatus>(['triggered', 'acknowledged', 'resolved']);
export const SEVERITY = codes<Severity>(['critical', 'high', 'warning', 'low', 'info']);
export const PRIORITY = codes<Priority>(['P1', 'P2', 'P3', 'P4', 'P5']);
export const ACTION = codes<TimelineAction>([
  'triggered',
  'escalated',
  'reassigned',
  'acknowledged',
  'unacknowledged',
  'resolved',
  'priority_changed',
  'note_added',
  'silenced',
  'announced',
]);
/** Unfinished states are below 2: partial indexes say so. */
export const STATE = codes<StoredState>(['pending', 'sending', 'delivered', 'failed', 'dead', 'cancelled']);
export const TRIGGER = codes<Trigger>(['automatic', 'retry', 'sweep', 'resend', 'redelivery', 'test']);
export const OUTCOME = codes<AttemptOutcome>(['delivered', 'retry', 'rejected', 'gone', 'unknown']);

export const PENDING = 0;
export const SENDING = 1;
export const DELIVERED = 2;
export const FAILED = 3;
export const DEAD = 4;
export const CANCELLED = 5;

/** `null` stays null on both ways. */
export function codeOrNull<Word extends string>(set: Codes<Word>, word: Word | null): number | null {
  return word === null ? null : set.code(word);
}

export function wordOrNull<Word extends string>(set: Codes<Word>, code: number | null): Word | null {
  return code === null ? null : set.word(code);
}
