// The one place that calls Amazon SNS: certificates and confirmations of subscriptions, over the proxy the config names for all. Which
// addresses may be called is decided by `isSnsUrl` before it comes here, and once more here.

import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { isSnsUrl } from './sns.js';
import type { Fetched, FetchSns } from './sns-certificates.js';

const TIMEOUT_MS = 5_000;
const LARGEST_BYTES = 64 * 1024;

/** @param proxy asked before every call: URL of an HTTP proxy, or null */
export const createFetchSns =
  (proxy: () => string | null): FetchSns =>
  async (url) => {
    if (!isSnsUrl(url)) throw new Error('it is no address of Amazon SNS');
    return getBounded(url, { proxy: proxy() });
  };

export interface BoundedOptions {
  readonly timeoutMs?: number;
  readonly proxy?: string | null;
}

/** One GET: no redirect is followed, nothing is tried twice, and it ends in time and within its size. Rejects when there is no answer. */
export async function getBounded(
  url: string,
  { timeoutMs = TIMEOUT_MS, proxy = null }: BoundedOptions = {},
): Promise<Fetched> {
  // Of its own, as a call is rare: nothing is kept open, and what hangs goes with it.
  const dispatcher = proxy === null ? new Agent() : overProxy(proxy);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { statusCode, body } = await request(url, { dispatcher, signal });
    return { status: statusCode, text: await textOf(body) };
  } catch (error) {
    if (signal.aborted) throw new Error(`timeout: no answer within ${timeoutMs} ms`, { cause: error });
    throw error;
  } finally {
    await dispatcher.destroy();
  }
}

/** @throws Error when the answer is too large, or breaks off */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) throw new Error(`its answer is larger than ${LARGEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws Error when the URL of the proxy cannot be read */
function overProxy(proxy: string): Dispatcher {
  const { origin, username, password } = new URL(proxy);
  if (username === '' && password === '') return new ProxyAgent({ uri: origin });
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return new ProxyAgent({ uri: origin, token: `Basic ${Buffer.from(credentials).toString('base64')}` });
}
