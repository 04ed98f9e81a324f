// `GET /tail`: what happens, as it happens, one JSON line each. What happened since an instant comes first.
// A reader that does not keep up is dropped with a last line that says so; nothing waits for it and nothing piles up.

import type { ServerResponse } from 'node:http';
import type { RelayEvent } from '../../model/event.js';
import type { Runtime, TailTexts } from '../runtime.js';
import { eventItem } from '../view/event-item.js';
import type { TailLine } from '../wire/api-types.js';
import { type TailFilter, wantsLine } from './tail-filter.js';

/** Bytes written but not yet taken by the reader. Beyond it, it is dropped. */
const TAIL_BUFFER_BYTES = 1024 * 1024;
/** Live lines that wait while the past is still being read. */
const HELD_LINES = 10_000;
const PAGE = 500;
/** After its last line, a reader that takes nothing is cut off. */
const FAREWELL_MS = 10_000;

class TailReader {
  readonly #runtime: Runtime;
  readonly #filter: TailFilter;
  readonly #since: number | null;
  readonly #response: ServerResponse;
  #unsubscribe: () => void = () => undefined;
  /** Live lines during the replay of the past; null once it is over. */
  #held: TailLine[] | null;
  #ended = false;

  constructor(runtime: Runtime, filter: TailFilter, since: number | null, response: ServerResponse) {
    this.#runtime = runtime;
    this.#filter = filter;
    this.#since = since;
    this.#response = response;
    this.#held = since === null ? null : [];
  }

  async run(): Promise<void> {
    this.#response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    this.#response.flushHeaders();
    this.#response.on('close', () => this.#stop());
    this.#unsubscribe = this.#runtime.tail((line, texts) => this.#hear(line, texts));
    if (this.#since !== null) await this.#tellPast(this.#since);
  }

  end(text: string): void {
    if (this.#ended) return;
    this.#stop();
    this.#response.end(`${JSON.stringify({ kind: 'end', text } satisfies TailLine)}\n`);
    const cut = setTimeout(() => this.#response.destroy(), FAREWELL_MS);
    cut.unref();
    this.#response.once('close', () => clearTimeout(cut));
  }

  #stop(): void {
    this.#ended = true;
    this.#held = null;
    this.#unsubscribe();
  }

  /** What is not wanted is let go at once: what is held is lines alone, never the bodies they stand for. */
  #hear(line: TailLine, texts: TailTexts): void {
    if (this.#ended || !this.#wants(line, texts)) return;
    if (this.#held === null) this.#write(line);
    else if (this.#held.length < HELD_LINES) this.#held.push(line);
    else this.end('dropped: too much happened while the past was being read; ask for a later --since');
  }

  #wants(line: TailLine, texts: TailTexts): boolean {
    return wantsLine(this.#filter, line, texts, this.#runtime.topology());
  }

  #write(line: TailLine): void {
    if (this.#ended) return;
    this.#response.write(`${JSON.stringify(line)}\n`);
    if (this.#response.writableLength > TAIL_BUFFER_BYTES) {
      this.end('dropped: this reader does not keep up; select fewer lines, such as with --channel or --grep');
    }
  }

  /** Events only, oldest first: attempts of the past are in the history. */
  async #tellPast(since: number): Promise<void> {
    const told = new Set<string>();
    let after: string | undefined;
    do {
      const { type, incident, channel, unmatched } = this.#filter;
      const page = await this.#runtime.store.listEvents({
        ...(type === undefined ? {} : { type }),
        ...(incident === undefined ? {} : { incident }),
        ...(channel === undefined ? {} : { channel }),
        ...(unmatched === undefined ? {} : { unmatched }),
        since,
        sort: 'at',
        desc: false,
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const event of page.items) await this.#tellEvent(event, told);
      after = page.next ?? undefined;
    } while (after !== undefined && !this.#ended);
    const held = this.#held ?? [];
    this.#held = null;
    for (const line of held) if (line.kind !== 'event' || !told.has(line.event.id)) this.#write(line);
  }

  async #tellEvent(event: RelayEvent, told: Set<string>): Promise<void> {
    if (this.#ended) return;
    told.add(event.id);
    const line: TailLine = { kind: 'event', event: eventItem(event) };
    if (this.#wants(line, () => [event.data])) this.#write(line);
    // The past is read no faster than the reader takes it.
    if (this.#response.writableNeedDrain) {
      await new Promise<void>((resolve) => {
        this.#response.once('drain', resolve);
        this.#response.once('close', resolve);
      });
    }
  }
}

/** Streams until the reader leaves or `end` is called. `since`: from when on the past is told first, ms UTC. */
export function tail(
  runtime: Runtime,
  filter: TailFilter,
  since: number | null,
  response: ServerResponse,
): { end(text: string): void; done: Promise<void> } {
  const reader = new TailReader(runtime, filter, since, response);
  return { end: (text) => reader.end(text), done: reader.run() };
}
