// A smaller form of the headers of attempts: their names are interned. Exact on the way back.

import type { Interned } from './interned.js';

/** Beyond this many different sets of header names per process, headers are kept as JSON: a receiver must not fill the word table. */
const MAX_NAME_SETS = 1_000;
type Headers = Readonly<Record<string, string>>;

/** Headers as the number of their interned names and the values, a line each; as JSON where that cannot be. */
export class HeaderPacker {
  readonly #interned: Interned;
  readonly #sets = new Set<string>();

  constructor(interned: Interned) {
    this.#interned = interned;
  }

  /** Only inside a write. */
  pack(headers: Headers): string | null {
    const names = Object.keys(headers);
    if (names.length === 0) return null;
    const key = names.join('\n');
    let text = '';
    for (const name of names) text += `\n${headers[name]}`;
    if (
      !this.#isKnown(key) ||
      text.split('\n').length !== names.length + 1 ||
      key.split('\n').length !== names.length
    )
      return JSON.stringify(headers);
    return this.#interned.word(key) + text;
  }

  unpack(stored: string | null): Headers {
    if (stored === null) return {};
    if (stored.startsWith('{')) return JSON.parse(stored) as Headers;
    const [set, ...values] = stored.split('\n');
    const names = this.#interned.text(Number(set)).split('\n');
    return Object.fromEntries(names.map((name, index) => [name, values[index] as string]));
  }

  #isKnown(key: string): boolean {
    if (this.#sets.has(key)) return true;
    if (this.#sets.size >= MAX_NAME_SETS || key.length > 2_000) return false;
    this.#sets.add(key);
    return true;
  }
}
