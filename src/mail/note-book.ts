// The notes of all destinations, in memory and in the store: every change is written soon, one write at a time, and what a mail under way
// tells is kept until it was told. Decides nothing about mails.

import type { Logger } from 'pino';
import type { Store } from '../store/store.js';
import { emptyNote, type MailNote, mergedNews, type News, readNote, writeNote } from './note.js';

export class NoteBook {
  readonly #store: Pick<Store, 'mailNotes' | 'putMailNotes' | 'forgetMailNotes'>;
  readonly #log: Logger;
  readonly #notes = new Map<string, MailNote>();
  readonly #changed = new Set<string>();
  #writing: Promise<void> | null = null;
  /** What the mail being sent tells: out of its note, and not yet done. */
  underWay: { readonly destination: string; readonly news: News } | null = null;

  constructor(store: Pick<Store, 'mailNotes' | 'putMailNotes' | 'forgetMailNotes'>, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  async load(): Promise<void> {
    for (const { destination, note } of await this.#store.mailNotes()) {
      const read = readNote(destination, note);
      if (read === null)
        this.#log.error({ destination }, 'the note of a failure mail cannot be read; it is left out');
      else this.#notes.set(destination, read);
    }
  }

  get(destination: string): MailNote | undefined {
    return this.#notes.get(destination);
  }

  all(): Iterable<MailNote> {
    return this.#notes.values();
  }

  change(destination: string, change: (note: MailNote) => MailNote): void {
    const before = this.#notes.get(destination) ?? emptyNote(destination);
    const after = change(before);
    if (after === before) return;
    this.#notes.set(destination, after);
    this.#changed.add(destination);
    // A failed write is logged there and tried again by the next tick.
    setImmediate(() => void this.write().catch(() => undefined));
  }

  /** Writes all that changed; what changes meanwhile goes into the next write. @throws RelayError store.* */
  write(): Promise<void> {
    if (this.#changed.size === 0) return this.#writing ?? Promise.resolve();
    if (this.#writing !== null) return this.#writing.then(() => this.write());
    const changed = [...this.#changed];
    this.#changed.clear();
    const rows = changed.flatMap((destination) => {
      const note = this.#notes.get(destination);
      return note === undefined ? [] : [{ destination, note: writeNote(this.#whole(note)) }];
    });
    this.#writing = this.#store
      .putMailNotes(rows)
      .catch((error: unknown) => {
        for (const destination of changed) this.#changed.add(destination);
        this.#log.error({ err: error }, 'what failure mails have to tell was not written yet');
        throw error;
      })
      .finally(() => {
        this.#writing = null;
      });
    return this.#writing;
  }

  /** @throws RelayError store.* */
  async forget(destinations: readonly string[]): Promise<void> {
    if (destinations.length === 0) return;
    for (const destination of destinations) {
      this.#notes.delete(destination);
      this.#changed.delete(destination);
    }
    await this.#store.forgetMailNotes(destinations);
  }

  /** As it has to be found after a crash: what is under way is not told yet. */
  #whole(note: MailNote): MailNote {
    if (this.underWay?.destination !== note.destination) return note;
    return { ...note, news: mergedNews(this.underWay.news, note.news) };
  }
}
