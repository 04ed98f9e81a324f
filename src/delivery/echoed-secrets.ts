// What a receiver repeats of the request it got: servers echo headers in error pages and the query in redirects. The secrets among it are
// masked before anything else sees the answer, so that neither history nor mail nor export has them.

import { isSecretHeader, isSecretParameter, MASK } from '../core/redaction.js';
import type { HttpRequest } from '../destinations/driver.js';
import type { TransportAnswer } from './exchange.js';

/** Shorter ones would mask parts of ordinary words. */
const SHORTEST_SECRET = 6;

/** The same answer where nothing is repeated. @param request as it was sent, with its access token */
export function withoutEchoes(answer: TransportAnswer, request: HttpRequest): TransportAnswer {
  const found = secretsOf(request).filter((secret) => isIn(secret, answer));
  if (found.length === 0) return answer;
  const masked = (text: string): string =>
    found.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, masked(value)]);
  return { ...answer, headers: Object.fromEntries(headers), body: masked(answer.body) };
}

function isIn(secret: string, { headers, body }: TransportAnswer): boolean {
  if (body.includes(secret)) return true;
  for (const name in headers) if (headers[name]?.includes(secret)) return true;
  return false;
}

/** As they were sent and as a server may read them, the longest first: one may be part of another. */
function secretsOf({ url, headers }: HttpRequest): string[] {
  const found = new Set<string>();
  const add = (text: string): void => {
    if (text.length < SHORTEST_SECRET) return;
    found.add(text);
    found.add(JSON.stringify(text).slice(1, -1));
  };
  for (const name in headers) {
    if (isSecretHeader(name)) addHeader(name, headers[name] as string, add);
  }
  // Most URLs hold none, and reading one costs.
  if (url.includes('?') || url.includes('@')) addUrl(url, add);
  return [...found].sort((a, b) => b.length - a.length);
}

/** Of credentials what follows their scheme, and the password in it; of others all of it. */
function addHeader(name: string, value: string, add: (text: string) => void): void {
  const [, scheme = '', credentials = ''] =
    (name === 'authorization' && /^([!-~]+)\s+(.+)$/.exec(value)) || [];
  add(credentials || value);
  if (scheme.toLowerCase() !== 'basic') return;
  const pair = Buffer.from(credentials, 'base64').toString();
  add(pair.slice(pair.indexOf(':') + 1));
}

function addUrl(url: string, add: (text: string) => void): void {
  if (!URL.canParse(url)) return;
  const { password, search } = new URL(url);
  add(password);
  add(decoded(password));
  for (const pair of search.slice(1).split('&')) {
    const [name = '', value = ''] = split(pair);
    if (!isSecretParameter(name)) continue;
    add(value);
    add(decoded(value.replaceAll('+', ' ')));
  }
}

function split(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
