// The HTTP client of deliveries: undici over HTTP/1.1 keep-alive pools, one for each origin. Sends a request, gives back what came;
// never throws for what a remote end did. Follows no redirect, reads a bounded part of the answer, ends at a total limit.

import { type Dispatcher, Pool } from 'undici';
import type { EgressRule } from '../core/egress.js';
import type { DriverResponse, HttpRequest, TransportError } from '../destinations/driver.js';
import { guardedLookup, type ResolveName, refusedLiteral, resolveBySystem } from './egress-lookup.js';
import { Exchange } from './exchange.js';

/** An answer with what only the history needs to know. */
export interface TransportAnswer extends DriverResponse {
  /** The answer was longer than the cap; `body` holds its beginning. */
  readonly truncated: boolean;
}

export interface TransportOptions {
  readonly rule: EgressRule;
  readonly resolve?: ResolveName;
  /** Bytes of an answer that are read; the rest is not. Default 64 KiB. */
  readonly responseCapBytes?: number;
}

export const RESPONSE_CAP_BYTES = 65_536;
const MAX_POOLS = 512;
const MAX_TARGETS = 2_000;

interface Target {
  readonly origin: string;
  readonly path: string;
  readonly host: string;
  readonly refused: string | null;
}

export class Transport {
  #rule: EgressRule;
  readonly #resolve: ResolveName;
  readonly #capBytes: number;
  readonly #pools = new Map<string, Pool>();
  readonly #targets = new Map<string, Target>();
  readonly #underWay = new Set<Exchange>();

  constructor(options: TransportOptions) {
    this.#rule = options.rule;
    this.#resolve = options.resolve ?? resolveBySystem;
    this.#capBytes = options.responseCapBytes ?? RESPONSE_CAP_BYTES;
  }

  /** @param timeoutMs limit of the whole exchange: name, connection, headers and body */
  send(request: HttpRequest, timeoutMs: number): Promise<TransportAnswer> {
    const target = this.#targetOf(request.url);
    if (target === null) return Promise.resolve(failed('protocol', 'the URL cannot be read'));
    if (target.refused !== null) return Promise.resolve(failed('egress', target.refused));
    const pool = this.#poolOf(target.origin, request.verifyTls !== false, timeoutMs);
    return new Promise((resolve) => {
      const exchange = new Exchange(target.host, this.#capBytes, timeoutMs, (answer) => {
        this.#underWay.delete(exchange);
        resolve(answer);
      });
      this.#underWay.add(exchange);
      try {
        pool.dispatch(dispatchOptions(target.path, request), exchange);
      } catch (error) {
        exchange.onResponseError(null, error);
      }
    });
  }

  /** From now on; idle connections made under the former rule are closed, requests under way end as they would have. */
  useRule(rule: EgressRule): void {
    this.#rule = rule;
    this.#targets.clear();
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    for (const pool of pools) pool.close().catch(() => undefined);
  }

  /** Ends what is under way; each answer says it was cut off. */
  abortAll(reason: string): void {
    for (const exchange of [...this.#underWay]) exchange.cutOff('reset', reason);
  }

  async close(): Promise<void> {
    this.abortAll('shutting down');
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  /** Parsing a URL costs about as much as signing, and a destination's URL is the same every time. */
  #targetOf(url: string): Target | null {
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    if (!URL.canParse(url)) return null;
    const parsed = new URL(url);
    const target: Target = {
      origin: parsed.origin,
      path: parsed.pathname + parsed.search,
      host: parsed.host,
      refused: refusedLiteral(this.#rule, parsed.hostname),
    };
    if (this.#targets.size >= MAX_TARGETS) this.#targets.clear();
    this.#targets.set(url, target);
    return target;
  }

  /** Pools have no limit of their own: a lane's concurrency is the limit, and one lane must not wait for another's connections. */
  #poolOf(origin: string, verifyTls: boolean, timeoutMs: number): Pool {
    const key = `${origin} ${verifyTls} ${timeoutMs}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    if (this.#pools.size >= MAX_POOLS) this.#dropOldestPool();
    const pool = new Pool(origin, {
      connections: null,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        lookup: guardedLookup(this.#rule, this.#resolve),
        rejectUnauthorized: verifyTls,
        timeout: timeoutMs,
      },
    });
    this.#pools.set(key, pool);
    return pool;
  }

  #dropOldestPool(): void {
    const [oldest] = this.#pools;
    if (oldest === undefined) return;
    this.#pools.delete(oldest[0]);
    // Lets what is under way finish.
    oldest[1].close().catch(() => undefined);
  }
}

function dispatchOptions(path: string, request: HttpRequest): Dispatcher.DispatchOptions {
  return { path, method: request.method, headers: request.headers, body: request.body };
}

function failed(code: TransportError['code'], message: string): TransportAnswer {
  return { status: null, headers: {}, body: '', truncated: false, error: { code, message } };
}
