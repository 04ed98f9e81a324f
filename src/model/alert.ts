// What an alert is: one thing a source reported, rendered through the source's templates.

import type { Priority, Severity } from './severity.js';

export type AlertSignal = 'trigger' | 'acknowledge' | 'resolve';

/** One member of a source's own group (an Alertmanager group lists its alerts). */
export interface AlertMember {
  readonly title: string;
  readonly state: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string | null;
  readonly link: string | null;
}

/** An alert as the sources stage hands it to the model: parsed, split, rendered. */
export interface PreparedAlert {
  readonly signal: AlertSignal;
  readonly groupingId: string;
  readonly title: string;
  readonly message: string;
  readonly link: string | null;
  readonly imageUrl: string | null;
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
  | 'nothing_open';

export interface Alert extends PreparedAlert {
  readonly id: string;
  readonly source: string;
  readonly receivedAt: number;
  readonly incident: string | null;
  readonly result: AlertResult;
}
