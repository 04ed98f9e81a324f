// The HTTP client of deliveries: undici over HTTP/1.1 keep-alive pools. Sends a request, gives back what came; never throws for what a
// remote end did. Follows no redirect, reads a bounded part of the answer, ends at a total limit. Nothing goes where the egress rule
// says no: not the request, not the way to a proxy.

import { type EgressRule, type Reach, refusedLiteral } from '../core/egress.js';
import type { HttpRequest, TransportError } from '../destinations/driver.js';
import { Dispatchers, type ProxyTarget } from './dispatchers.js';
import { type ResolveName, refusedBehindProxy, resolveBySystem } from './egress-lookup.js';
import { Exchange, type TransportAnswer } from './exchange.js';
import type { Rider, TimedDispatchOptions } from './timed-connections.js';

export interface TransportOptions {
  readonly rule: EgressRule;
  /** The proxy of requests that name none of their own. */
  readonly proxy?: string | null;
  readonly resolve?: ResolveName;
  /** Bytes of an answer that are read; the rest is not. Default 64 KiB. */
  readonly responseCapBytes?: number;
}

export const RESPONSE_CAP_BYTES = 65_536;
const MAX_TARGETS = 2_000;

export interface SendOptions {
  /** What addresses the request may reach; default anywhere. */
  readonly reach?: Reach;
  /** What is left of the time, where that is less than a whole request has. */
  readonly leftMs?: number;
}

interface Target {
  readonly origin: string;
  readonly path: string;
  readonly host: string;
  readonly hostname: string;
  /** Why the address in the URL is refused, for each reach; null also for a name. */
  readonly refused: Readonly<Record<Reach, string | null>>;
}

export class Transport {
  #rule: EgressRule;
  #proxy: string | null;
  readonly #resolve: ResolveName;
  readonly #capBytes: number;
  readonly #dispatchers: Dispatchers;
  readonly #targets = new Map<string, Target>();
  readonly #underWay = new Set<Exchange>();

  constructor(options: TransportOptions) {
    this.#rule = options.rule;
    this.#proxy = options.proxy ?? null;
    this.#resolve = options.resolve ?? resolveBySystem;
    this.#capBytes = options.responseCapBytes ?? RESPONSE_CAP_BYTES;
    this.#dispatchers = new Dispatchers(this.#resolve);
  }

  /** @param timeoutMs limit of the whole exchange: name, connection, headers and body */
  send(request: HttpRequest, timeoutMs: number, options: SendOptions = {}): Promise<TransportAnswer> {
    const reach = options.reach ?? 'anywhere';
    const target = this.#targetOf(request.url);
    if (target === null) return Promise.resolve(failed('protocol', 'the URL cannot be read'));
    const refused = target.refused[reach];
    if (refused !== null) return Promise.resolve(failed('egress', refused));
    const proxy = this.#proxyOf(request, reach);
    if (typeof proxy === 'string') return Promise.resolve(failed('egress', proxy));
    return new Promise((resolve) => {
      const leftMs = options.leftMs ?? timeoutMs;
      const exchange = new Exchange(
        target.host,
        proxy?.url.host ?? null,
        this.#capBytes,
        leftMs,
        (answer) => {
          this.#underWay.delete(exchange);
          resolve(answer);
        },
      );
      this.#underWay.add(exchange);
      const dispatch = (): void => this.#dispatch(exchange, target, request, proxy, reach, timeoutMs);
      if (proxy === null) return dispatch();
      refusedBehindProxy(this.#rule, this.#resolve, target.hostname, reach).then((why) => {
        if (why !== null) exchange.cutOff('egress', why);
        else if (!exchange.isSettled) dispatch();
      });
    });
  }

  /** From now on; idle connections made under the former rule are closed, requests under way end as they would have. */
  useRule(rule: EgressRule, proxy: string | null = null): void {
    this.#rule = rule;
    this.#proxy = proxy;
    this.#targets.clear();
    this.#dispatchers.renew();
  }

  /** Ends what is under way; each answer says it was cut off. */
  abortAll(reason: string): void {
    for (const exchange of [...this.#underWay]) exchange.cutOff('reset', reason);
  }

  async close(): Promise<void> {
    this.abortAll('shutting down');
    await this.#dispatchers.destroy();
  }

  #dispatch(
    exchange: Exchange,
    target: Target,
    request: HttpRequest,
    proxy: ProxyTarget | null,
    reach: Reach,
    timeoutMs: number,
  ): void {
    try {
      const verifyTls = request.verifyTls !== false;
      const way = { origin: target.origin, verifyTls, tls: request.tls, proxy, reach, timeoutMs };
      this.#dispatchers.of(way, this.#rule).dispatch(dispatchOptions(target, request, exchange), exchange);
    } catch (error) {
      exchange.onResponseError(null, error);
    }
  }

  /** The proxy to go over, null for none, or why it must not be used. One the config names for all is trusted as the config is. */
  #proxyOf({ proxy: own }: HttpRequest, reach: Reach): ProxyTarget | string | null {
    const url = own === undefined ? this.#proxy : own;
    if (url === null) return null;
    if (!URL.canParse(url)) return 'the URL of the proxy cannot be read';
    const target: ProxyTarget = { url: new URL(url), reach: own === undefined ? 'anywhere' : reach };
    const refused = refusedLiteral(this.#rule, target.url.hostname, target.reach);
    return refused === null ? target : `the proxy's address is refused: ${refused}`;
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
      hostname: parsed.hostname,
      refused: {
        anywhere: refusedLiteral(this.#rule, parsed.hostname),
        public: refusedLiteral(this.#rule, parsed.hostname, 'public'),
      },
    };
    if (this.#targets.size >= MAX_TARGETS) this.#targets.clear();
    this.#targets.set(url, target);
    return target;
  }
}

function dispatchOptions({ origin, path }: Target, request: HttpRequest, rider: Rider): TimedDispatchOptions {
  return { origin, path, method: request.method, headers: request.headers, body: request.body, rider };
}

function failed(code: TransportError['code'], message: string): TransportAnswer {
  return { status: null, headers: {}, body: '', truncated: false, error: { code, message }, timings: null };
}
