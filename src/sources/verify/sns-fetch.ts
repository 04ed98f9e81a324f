// The one place that calls Amazon SNS: certificates and confirmations of subscriptions. Which addresses may be called is decided by
// `isSnsUrl` before it comes here, and once more here.

import { got } from 'got';
import { isSnsUrl } from './sns.js';
import type { Fetched, FetchSns } from './sns-certificates.js';

const TIMEOUT_MS = 5_000;
const LARGEST_BYTES = 64 * 1024;

export const fetchSns: FetchSns = async (url) => {
  if (!isSnsUrl(url)) throw new Error('it is no address of Amazon SNS');
  return getBounded(url);
};

/** One GET: no redirect is followed, nothing is tried twice, and it ends in time and within its size. Rejects when there is no answer. */
export async function getBounded(url: string, timeoutMs = TIMEOUT_MS): Promise<Fetched> {
  const request = got(url, {
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { request: timeoutMs },
    responseType: 'text',
  });
  let isTooLarge = false;
  request.on('downloadProgress', ({ transferred }) => {
    if (transferred <= LARGEST_BYTES) return;
    isTooLarge = true;
    request.cancel();
  });
  try {
    const { statusCode, body } = await request;
    return { status: statusCode, text: body };
  } catch (error) {
    if (isTooLarge) throw new Error(`its answer is larger than ${LARGEST_BYTES} bytes`, { cause: error });
    throw error;
  }
}
