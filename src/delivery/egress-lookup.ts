// The guard between a name and a connection: resolves, judges every address, and hands the judged ones to the socket, which connects
// to one of them and to nothing else. So a name that changes its answer between check and connect gains nothing.

import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type EgressRule, type Reach, refusedLiteral } from '../core/egress.js';

/** Resolves a name to all its addresses. Injected in tests. */
export type ResolveName = (
  hostname: string,
  options: { readonly family: number },
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

export const resolveBySystem: ResolveName = (hostname, options, done) =>
  systemLookup(hostname, { family: options.family, all: true }, done);

/** Raised into the connection attempt; the transport reports it as `egress`. */
export class EgressRefusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'EgressRefusal';
  }
}

/** A `lookup` for net.connect. One refused address refuses the name: a mixed answer is how a guard is slipped past. */
export function guardedLookup(
  rule: EgressRule,
  resolve: ResolveName,
  reach: Reach = 'anywhere',
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { family: familyOf(options) }, (error, addresses) => {
      const answer = callback as unknown as (
        error: Error | null,
        found?: string | readonly LookupAddress[],
        family?: number,
      ) => void;
      if (error !== null) return answer(error);
      const first = addresses[0];
      if (first === undefined)
        return answer(Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' }));
      const refused = refusedAmong(rule, hostname, addresses, reach);
      if (refused !== null) return answer(new EgressRefusal(refused));
      return options.all === true ? answer(null, addresses) : answer(null, first.address, first.family);
    });
  };
}

function refusedAmong(
  rule: EgressRule,
  hostname: string,
  addresses: readonly LookupAddress[],
  reach: Reach,
): string | null {
  for (const { address } of addresses) {
    const refused = rule(address, reach);
    if (refused !== null) return `${hostname} leads to a refused address: ${refused}`;
  }
  return null;
}

/**
 * For a name that a proxy will resolve: why the addresses known here are refused, or null. A name that only the proxy can resolve is
 * left to the proxy.
 */
export function refusedBehindProxy(
  rule: EgressRule,
  resolve: ResolveName,
  hostname: string,
  reach: Reach,
): Promise<string | null> {
  return new Promise((settle) => {
    if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return settle(refusedLiteral(rule, hostname, reach));
    resolve(hostname, { family: 0 }, (error, addresses) =>
      settle(error === null ? refusedAmong(rule, hostname, addresses, reach) : null),
    );
  });
}

function familyOf(options: LookupOptions): number {
  if (options.family === 'IPv4') return 4;
  if (options.family === 'IPv6') return 6;
  return options.family ?? 0;
}
