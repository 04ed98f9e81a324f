// The outward JSON form of our records: snake_case keys, instants as ISO 8601 UTC. One rule for API, events and `--json`.
// The key `at` and keys ending in `At` or `Until` hold ms UTC inside and ISO text outside. Maps with keys of the user's own are left as they are.

type Snake<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? Head extends Uppercase<Head>
    ? Head extends Lowercase<Head>
      ? `${Head}${Snake<Tail>}`
      : `_${Lowercase<Head>}${Snake<Tail>}`
    : `${Head}${Snake<Tail>}`
  : Text;

type Opaque = 'labels' | 'requestHeaders' | 'responseHeaders' | 'spec' | 'templates' | 'settings' | 'counts';

export type Wire<T> = T extends readonly (infer Item)[]
  ? Wire<Item>[]
  : T extends object
    ? {
        -readonly [K in keyof T as Snake<K & string>]: K extends 'at' | `${string}At` | `${string}Until`
          ?
              | Exclude<T[K], number>
              | (number extends T[K] ? string : Extract<T[K], number> extends never ? never : string)
          : K extends Opaque
            ? T[K]
            : Wire<T[K]>;
      }
    : T;

const OPAQUE: ReadonlySet<string> = new Set<Opaque>([
  'labels',
  'requestHeaders',
  'responseHeaders',
  'spec',
  'templates',
  'settings',
  'counts',
]);
const IS_INSTANT = /^at$|At$|Until$/;
const SNAKE_OF = new Map<string, string>();

function snakeOf(key: string): string {
  let snake = SNAKE_OF.get(key);
  if (snake === undefined) {
    snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    SNAKE_OF.set(key, snake);
  }
  return snake;
}

/** @param value a plain record of ours, an array of them, or a scalar */
export function toWire<T>(value: T): Wire<T> {
  if (Array.isArray(value)) return value.map(toWire) as Wire<T>;
  if (value === null || typeof value !== 'object') return value as Wire<T>;
  const wire: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const isInstant = typeof inner === 'number' && IS_INSTANT.test(key);
    wire[snakeOf(key)] = isInstant ? new Date(inner).toISOString() : OPAQUE.has(key) ? inner : toWire(inner);
  }
  return wire as Wire<T>;
}
