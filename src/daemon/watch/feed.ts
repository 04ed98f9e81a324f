// The live feed behind `relay tail`: events as they are stored, attempts as they are settled. Costs nothing while nobody listens.

import type { AttemptNotice } from '../../delivery/engine.js';
import type { TailTexts } from '../../http/runtime.js';
import { eventItem } from '../../http/view/event-item.js';
import type { TailLine } from '../../http/wire/api-types.js';
import type { RelayEvent } from '../../model/event.js';

type Listener = (line: TailLine, texts: TailTexts) => void;

export class Feed {
  readonly #listeners = new Set<Listener>();

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  events(events: readonly RelayEvent[]): void {
    if (this.#listeners.size === 0) return;
    for (const event of events) this.#tell({ kind: 'event', event: eventItem(event) }, () => [event.data]);
  }

  attempt(notice: AttemptNotice): void {
    if (this.#listeners.size === 0) return;
    const { event, record } = notice;
    const line: TailLine = {
      kind: 'attempt',
      delivery: notice.delivery,
      destination: notice.destination,
      url: record.url,
      event: event.id,
      event_type: event.type,
      incident: event.incident,
      outcome: notice.outcome,
      state: notice.state,
      result: record.status === null ? (record.error ?? '') : String(record.status),
      duration_ms: record.durationMs,
      at: new Date(notice.at).toISOString(),
    };
    this.#tell(line, () => [event.data, record.requestBody, record.responseBody, record.reason]);
  }

  #tell(line: TailLine, texts: TailTexts): void {
    for (const listener of this.#listeners) {
      try {
        listener(line, texts);
      } catch {
        // Who watches must not turn what is already stored into an error for who sent it.
        this.#listeners.delete(listener);
      }
    }
  }
}
