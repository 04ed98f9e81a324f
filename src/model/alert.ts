// What an alert is: one thing a source reported, rendered through the source's templates.

import type { Priority, Severity } from './severity.js';

/** `ignore`: what the source says is no alert (a ping, a comment): kept, and nothing comes of it. */
export type AlertSignal = 'trigger' | 'acknowledge' | 'resolve' | 'ignore';

/** What one kind of destination shows in place of the alert's own texts; a part left out falls back to these. */
export interface KindText {
  readonly title?: string;
  readonly message?: string;
  readonly imageUrl?: string;
}

/** Per kind of destination (`slack`, `email`, …); only kinds with templates of their own. */
export type KindTexts = Readonly<Record<string, KindText>>;

/** One member of a source's own group (an Alertmanager group lists its alerts). */
export interface AlertMember {
  readonly title: string;
  readonly state: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string | null;
  readonly link: string | null;
}

/**
 * Stand in rendered texts for what is known only when an alert is folded: the id of its incident, and where to read about it. Private
 * use characters, so that no honest payload holds them.
 */
export const INCIDENT_MARKS = { id: '\uE0F0id\uE0F1', url: '\uE0F0url\uE0F1' } as const;

/** An alert as the sources stage hands it to the model: parsed, split, rendered. */
export interface PreparedAlert {
  readonly signal: AlertSignal;
  readonly groupingId: string;
  readonly title: string;
  readonly message: string;
  readonly link: string | null;
  readonly imageUrl: string | null;
  readonly texts: KindTexts;
  readonly severity: Severity | null;
  readonly priority: Priority | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly members: readonly AlertMember[];
  /** The raw text this alert came from (the whole body, or its part when the source splits). */
  readonly payload: string;
  /** Templates that failed, each as `title: message (line 1, column 4)`. */
  readonly renderErrors: readonly string[];
}

/** What folding did with an alert. */
export type AlertResult =
  | 'opened'
  | 'repeated'
  | 'escalated'
  | 'acknowledged'
  | 'resolved'
  /** A resolve or acknowledge signal with nothing open: kept, opens nothing. */
  | 'nothing_open'
  /** Gathered in the one incident of a maintenance, silently. */
  | 'collected'
  /** An `ignore` signal: kept, belongs to no incident. */
  | 'ignored';

/** An alert as it is kept; what single kinds show stays with its incident. */
export interface Alert extends Omit<PreparedAlert, 'texts'> {
  readonly id: string;
  readonly source: string;
  readonly receivedAt: number;
  readonly incident: string | null;
  readonly result: AlertResult;
}
