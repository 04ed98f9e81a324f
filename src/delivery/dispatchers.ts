// The connections kept to receivers: one pool for each origin, TLS settings, proxy and reach. Knows undici's pools and its proxy agent;
// does not know what is sent.

import { createHash } from 'node:crypto';
import { type Dispatcher, ProxyAgent } from 'undici';
import type { EgressRule, Reach } from '../core/egress.js';
import type { TlsIdentity } from '../destinations/driver.js';
import { guardedLookup, type ResolveName } from './egress-lookup.js';
import { TimedPool, TunnelPool } from './timed-connections.js';

/** Where a request goes and how. */
export interface Way {
  readonly origin: string;
  readonly verifyTls: boolean;
  readonly tls: TlsIdentity | undefined;
  readonly proxy: ProxyTarget | null;
  /** What the receiver's own address may be. */
  readonly reach: Reach;
  /** For making a connection. */
  readonly timeoutMs: number;
}

export interface ProxyTarget {
  readonly url: URL;
  /** What the proxy's address may be. */
  readonly reach: Reach;
}

const MAX_POOLS = 512;
/** The exchange has the one time limit; pools have no limit of their own: a lane's concurrency is the limit. */
const POOL = {
  connections: null,
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

const fingerprints = new WeakMap<TlsIdentity, string>();

/** Tells TLS settings apart without keeping a private key in a map's key. */
function fingerprintOf(tls: TlsIdentity): string {
  const known = fingerprints.get(tls);
  if (known !== undefined) return known;
  const made = createHash('sha256')
    .update(JSON.stringify([tls.cert, tls.key, tls.passphrase, tls.ca]))
    .digest('base64');
  fingerprints.set(tls, made);
  return made;
}

function keyOf({ origin, verifyTls, tls, proxy, reach, timeoutMs }: Way): string {
  const plain = `${origin} ${verifyTls} ${timeoutMs} ${reach}`;
  if (tls === undefined && proxy === null) return plain;
  return `${plain} ${tls === undefined ? '' : fingerprintOf(tls)} ${proxy === null ? '' : `${proxy.reach} ${proxy.url.href}`}`;
}

export class Dispatchers {
  readonly #resolve: ResolveName;
  readonly #kept = new Map<string, Dispatcher>();

  constructor(resolve: ResolveName) {
    this.#resolve = resolve;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** @throws Error when certificate or key cannot be read by TLS */
  of(way: Way, rule: EgressRule): Dispatcher {
    const key = keyOf(way);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (this.#kept.size >= MAX_POOLS) this.#dropOldest();
    const made = way.proxy === null ? this.#direct(way, rule) : this.#over(way.proxy, way, rule);
    this.#kept.set(key, made);
    return made;
  }

  /** Forgets them all; what is under way ends as it would have. */
  renew(): void {
    const old = [...this.#kept.values()];
    this.#kept.clear();
    for (const dispatcher of old) dispatcher.close().catch(() => undefined);
  }

  async destroy(): Promise<void> {
    const old = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.all(old.map((dispatcher) => dispatcher.destroy()));
  }

  #direct(way: Way, rule: EgressRule): Dispatcher {
    return new TimedPool(way.origin, {
      ...POOL,
      connect: {
        ...tlsOptions(way),
        lookup: guardedLookup(rule, this.#resolve, way.reach),
        timeout: way.timeoutMs,
      },
    });
  }

  /** https goes through a tunnel; plain http is asked of the proxy, as most of them tunnel to port 443 only. */
  #over({ url, reach }: ProxyTarget, way: Way, rule: EgressRule): Dispatcher {
    const lookup = guardedLookup(rule, this.#resolve, reach);
    const token = credentialsOf(url);
    return new ProxyAgent({
      ...POOL,
      uri: url.origin,
      ...(token === null ? {} : { token }),
      proxyTunnel: way.origin.startsWith('https:'),
      requestTls: { ...tlsOptions(way), timeout: way.timeoutMs },
      proxyTls: { lookup, timeout: way.timeoutMs } as ProxyAgent.Options['proxyTls'],
      factory: (origin, options) => new TimedPool(origin, { ...options, ...POOL }),
      clientFactory: (origin, options) =>
        new TunnelPool(origin, { ...options, ...POOL, headersTimeout: way.timeoutMs }),
    });
  }

  #dropOldest(): void {
    const [oldest] = this.#kept;
    if (oldest === undefined) return;
    this.#kept.delete(oldest[0]);
    // Lets what is under way finish.
    oldest[1].close().catch(() => undefined);
  }
}

function tlsOptions({ verifyTls, tls }: Way): Record<string, unknown> {
  return { rejectUnauthorized: verifyTls, ...tls };
}

function credentialsOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
