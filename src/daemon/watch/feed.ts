// The live feed behind `relay tail`: events as they are stored, attempts as they are settled. Costs nothing while nobody listens.

import type { AttemptNotice } from '../../delivery/engine.js';
import { eventItem } from '../../http/view/event-item.js';
import type { TailLine } from '../../http/wire/api-types.js';
import type { RelayEvent } from '../../model/event.js';

type Listener = (line: TailLine) => void;

export class Feed {
  readonly #listeners = new Set<Listener>();

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  events(events: readonly RelayEvent[]): void {
    if (this.#listeners.size === 0) return;
    for (const event of events) this.#tell({ kind: 'event', event: eventItem(event) });
  }

  attempt(notice: AttemptNotice): void {
    if (this.#listeners.size === 0) return;
    this.#tell({
      kind: 'attempt',
      delivery: notice.delivery,
      destination: notice.destination,
      event_type: notice.eventType,
      outcome: notice.outcome,
      result: notice.record.status === null ? (notice.record.error ?? '') : String(notice.record.status),
      duration_ms: notice.record.durationMs,
      at: new Date(notice.at).toISOString(),
    });
  }

  #tell(line: TailLine): void {
    for (const listener of this.#listeners) {
      try {
        listener(line);
      } catch {
        // Who watches must not turn what is already stored into an error for who sent it.
        this.#listeners.delete(listener);
      }
    }
  }
}
