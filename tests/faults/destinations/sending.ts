// A transport as delivery uses it, and requests to send with it.

import type { LookupAddress } from 'node:dns';
import { createEgressRule, type EgressSettings } from '../../../src/core/egress.js';
import type { ResolveName } from '../../../src/delivery/egress-lookup.js';
import { Transport, type TransportOptions } from '../../../src/delivery/transport.js';
import type { HttpRequest } from '../../../src/destinations/driver.js';

export function aTransport(
  options: Partial<TransportOptions> = {},
  egress: EgressSettings = { allow: [], deny: [] },
): Transport {
  return new Transport({ rule: createEgressRule(egress), ...options });
}

export function aPost(url: string, change: Partial<HttpRequest> = {}): HttpRequest {
  return {
    via: 'http',
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
    ...change,
  };
}

/** Every name resolves to these addresses. */
export function resolvesTo(...addresses: readonly string[]): ResolveName {
  const found: LookupAddress[] = addresses.map((address) => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }));
  return (_hostname, _options, done) => setImmediate(() => done(null, found));
}

/** Every name fails with this code, as a resolver would. */
export function failsToResolve(code: string): ResolveName {
  return (hostname, _options, done) =>
    setImmediate(() => done(Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code }), []));
}
