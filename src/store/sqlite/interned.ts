// Texts and routes that repeat, stored once and named by a small integer. Caches are filled inside write transactions, so what a
// rolled back write put there is taken out again. Bounded: texts beyond the limit are looked up in the table each time.

import type { Database } from 'better-sqlite3';
import type { WriteObserver } from './writer.js';

const MAX_CACHED = 20_000;

/** A two-way cache that can undo what was added since the last savepoint or commit. */
class UndoableCache<Value> {
  readonly #idOf = new Map<string, number>();
  readonly #valueOf = new Map<number, Value>();
  #sinceKeep: string[] = [];
  #sinceCommit: string[] = [];

  id(key: string): number | undefined {
    return this.#idOf.get(key);
  }

  value(id: number): Value | undefined {
    return this.#valueOf.get(id);
  }

  add(key: string, id: number, value: Value, written: boolean): void {
    if (this.#idOf.size >= MAX_CACHED && this.#sinceCommit.length === 0 && this.#sinceKeep.length === 0) {
      this.#idOf.clear();
      this.#valueOf.clear();
    }
    this.#idOf.set(key, id);
    this.#valueOf.set(id, value);
    if (written) this.#sinceKeep.push(key);
  }

  keep(): void {
    if (this.#sinceKeep.length === 0) return;
    this.#sinceCommit.push(...this.#sinceKeep);
    this.#sinceKeep = [];
  }

  undo(): void {
    this.#drop(this.#sinceKeep);
    this.#sinceKeep = [];
  }

  undoAll(): void {
    this.undo();
    this.#drop(this.#sinceCommit);
    this.#sinceCommit = [];
  }

  committed(): void {
    if (this.#sinceCommit.length > 0) this.#sinceCommit = [];
  }

  #drop(keys: readonly string[]): void {
    for (const key of keys) {
      const id = this.#idOf.get(key);
      this.#idOf.delete(key);
      if (id !== undefined) this.#valueOf.delete(id);
    }
  }
}

export interface Route {
  readonly id: number;
  readonly destination: number;
  readonly ref: string;
  readonly url: string;
  readonly because: string;
}

export class Interned implements WriteObserver {
  readonly #words = new UndoableCache<string>();
  readonly #destinations = new UndoableCache<string>();
  readonly #routes = new UndoableCache<Route>();
  readonly #caches = [this.#words, this.#destinations, this.#routes];
  readonly #sql;

  constructor(db: Database) {
    this.#sql = {
      wordId: db.prepare('SELECT id FROM word WHERE text = ?').pluck(),
      wordText: db.prepare('SELECT text FROM word WHERE id = ?').pluck(),
      addWord: db.prepare('INSERT INTO word (text) VALUES (?)'),
      destinationId: db.prepare('SELECT id FROM destination WHERE ref = ?').pluck(),
      destinationRef: db.prepare('SELECT ref FROM destination WHERE id = ?').pluck(),
      addDestination: db.prepare('INSERT INTO destination (ref) VALUES (?)'),
      destinations: db.prepare('SELECT id, ref FROM destination ORDER BY id'),
      routeId: db.prepare('SELECT id FROM route WHERE destination = ? AND url = ? AND because = ?').pluck(),
      route: db.prepare('SELECT destination, url, because FROM route WHERE id = ?'),
      addRoute: db.prepare('INSERT INTO route (destination, url, because) VALUES (?, ?, ?)'),
      wordsLike: db
        .prepare("SELECT id FROM word WHERE length(text) < 500 AND text LIKE ? ESCAPE '\\'")
        .pluck(),
      routesLike: db
        .prepare(
          "SELECT r.id FROM route r JOIN destination d ON d.id = r.destination WHERE r.url LIKE @pattern ESCAPE '\\' OR d.ref LIKE @pattern ESCAPE '\\' OR r.because LIKE @pattern ESCAPE '\\'",
        )
        .pluck(),
    };
  }

  /** The number of a text; writes it when it is new, so only inside a write. */
  word(text: string): number {
    const known = this.findWord(text);
    if (known !== undefined) return known;
    const id = Number(this.#sql.addWord.run(text).lastInsertRowid);
    this.#words.add(text, id, text, true);
    return id;
  }

  wordOrNull(text: string | null): number | null {
    return text === null ? null : this.word(text);
  }

  /** The number of a text, or undefined when no row can have it. */
  findWord(text: string): number | undefined {
    const cached = this.#words.id(text);
    if (cached !== undefined) return cached;
    const id = this.#sql.wordId.get(text) as number | undefined;
    if (id !== undefined) this.#words.add(text, id, text, false);
    return id;
  }

  text(id: number): string {
    const cached = this.#words.value(id);
    if (cached !== undefined) return cached;
    const text = this.#sql.wordText.get(id) as string;
    this.#words.add(text, id, text, false);
    return text;
  }

  textOrNull(id: number | null): string | null {
    return id === null ? null : this.text(id);
  }

  /** The number of a destination; writes it when it is new, so only inside a write. */
  destination(ref: string): number {
    const known = this.findDestination(ref);
    if (known !== undefined) return known;
    const id = Number(this.#sql.addDestination.run(ref).lastInsertRowid);
    this.#destinations.add(ref, id, ref, true);
    return id;
  }

  findDestination(ref: string): number | undefined {
    const cached = this.#destinations.id(ref);
    if (cached !== undefined) return cached;
    const id = this.#sql.destinationId.get(ref) as number | undefined;
    if (id !== undefined) this.#destinations.add(ref, id, ref, false);
    return id;
  }

  ref(destination: number): string {
    const cached = this.#destinations.value(destination);
    if (cached !== undefined) return cached;
    const ref = this.#sql.destinationRef.get(destination) as string;
    this.#destinations.add(ref, destination, ref, false);
    return ref;
  }

  destinations(): readonly { readonly id: number; readonly ref: string }[] {
    return this.#sql.destinations.all() as { id: number; ref: string }[];
  }

  /** The number of a (destination, url, because); writes it when it is new. */
  route(destination: number, url: string, because: string): number {
    const key = `${destination}\n${url}\n${because}`;
    const cached = this.#routes.id(key);
    if (cached !== undefined) return cached;
    const stored = this.#sql.routeId.get(destination, url, because) as number | undefined;
    const id = stored ?? Number(this.#sql.addRoute.run(destination, url, because).lastInsertRowid);
    this.#routes.add(
      key,
      id,
      { id, destination, ref: this.ref(destination), url, because },
      stored === undefined,
    );
    return id;
  }

  routeOf(id: number): Route {
    const cached = this.#routes.value(id);
    if (cached !== undefined) return cached;
    const row = this.#sql.route.get(id) as { destination: number; url: string; because: string };
    const route = { id, ...row, ref: this.ref(row.destination) };
    this.#routes.add(`${row.destination}\n${row.url}\n${row.because}`, id, route, false);
    return route;
  }

  /** Numbers of texts and of routes that hold `pattern` (a LIKE pattern, `\` escapes). */
  wordsLike(pattern: string): readonly number[] {
    return this.#sql.wordsLike.all(pattern) as number[];
  }

  routesLike(pattern: string): readonly number[] {
    return this.#sql.routesLike.all({ pattern }) as number[];
  }

  keep(): void {
    for (const cache of this.#caches) cache.keep();
  }

  undo(): void {
    for (const cache of this.#caches) cache.undo();
  }

  undoAll(): void {
    for (const cache of this.#caches) cache.undoAll();
  }

  committed(): void {
    for (const cache of this.#caches) cache.committed();
  }
}
