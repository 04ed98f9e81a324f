// `GET /tail`: what happens, as it happens, one JSON line each. What happened since an instant comes first.
// A reader that does not keep up is dropped with a last line that says so; nothing waits for it and nothing piles up.

import type { ServerResponse } from 'node:http';
import type { RelayEvent } from '../../model/event.js';
import type { Runtime } from '../runtime.js';
import { eventItem } from '../view/event-item.js';
import type { TailLine } from '../wire/api-types.js';

/** Bytes written but not yet taken by the reader. Beyond it, it is dropped. */
export const TAIL_BUFFER_BYTES = 1024 * 1024;
/** Live lines that wait while the past is still being read. */
const HELD_LINES = 10_000;
const PAGE = 500;
/** After its last line, a reader that takes nothing is cut off. */
const FAREWELL_MS = 10_000;

export interface TailFilter {
  readonly kinds: ReadonlySet<TailLine['kind']>;
  readonly channel: string | null;
  /** Lower case. */
  readonly grep: string | null;
  readonly since: number | null;
}

/** An attempt belongs to the channel of its destination; webhooks hear the whole workspace and belong to none. */
function isOnChannel(runtime: Runtime, line: TailLine, channel: string): boolean {
  if (line.kind === 'event') return line.event.channels.includes(channel);
  if (line.kind === 'attempt')
    return runtime.topology().destinations.get(line.destination)?.channel === channel;
  return true;
}

class TailReader {
  readonly #runtime: Runtime;
  readonly #filter: TailFilter;
  readonly #response: ServerResponse;
  #unsubscribe: () => void = () => undefined;
  /** Live lines during the replay of the past; null once it is over. */
  #held: TailLine[] | null;
  #ended = false;

  constructor(runtime: Runtime, filter: TailFilter, response: ServerResponse) {
    this.#runtime = runtime;
    this.#filter = filter;
    this.#response = response;
    this.#held = filter.since === null ? null : [];
  }

  async run(): Promise<void> {
    this.#response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    this.#response.flushHeaders();
    this.#response.on('close', () => this.#stop());
    this.#unsubscribe = this.#runtime.tail((line) => this.#hear(line));
    if (this.#filter.since !== null) await this.#tellPast(this.#filter.since);
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

  #hear(line: TailLine): void {
    if (this.#held === null) this.#write(line);
    else if (this.#held.length < HELD_LINES) this.#held.push(line);
    else this.end('dropped: too much happened while the past was being read; ask for a later --since');
  }

  #write(line: TailLine): void {
    if (this.#ended || !this.#wants(line)) return;
    const text = JSON.stringify(line);
    if (this.#filter.grep !== null && !text.toLowerCase().includes(this.#filter.grep)) return;
    this.#response.write(`${text}\n`);
    if (this.#response.writableLength > TAIL_BUFFER_BYTES) {
      this.end('dropped: this reader does not keep up; narrow it with --channel or --grep');
    }
  }

  #wants(line: TailLine): boolean {
    const { kinds, channel } = this.#filter;
    return kinds.has(line.kind) && (channel === null || isOnChannel(this.#runtime, line, channel));
  }

  /** Events only, oldest first: attempts of the past are in the history. */
  async #tellPast(since: number): Promise<void> {
    const told = new Set<string>();
    let after: string | undefined;
    do {
      const page = await this.#runtime.store.listEvents({
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
    this.#write({ kind: 'event', event: eventItem(event) });
    // The past is read no faster than the reader takes it.
    if (this.#response.writableNeedDrain) {
      await new Promise<void>((resolve) => {
        this.#response.once('drain', resolve);
        this.#response.once('close', resolve);
      });
    }
  }
}

/** Streams until the reader leaves or `end` is called. */
export function tail(
  runtime: Runtime,
  filter: TailFilter,
  response: ServerResponse,
): { end(text: string): void; done: Promise<void> } {
  const reader = new TailReader(runtime, filter, response);
  return { end: (text) => reader.end(text), done: reader.run() };
}
