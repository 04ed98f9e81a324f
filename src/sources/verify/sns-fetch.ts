// The one place that calls Amazon SNS: certificates and confirmations of subscriptions. Which addresses may be called is decided by
// `isSnsUrl` before it comes here, and once more here.

import { got } from 'got';
import { isSnsUrl } from './sns.js';
import type { FetchSns } from './sns-certificates.js';

const TIMEOUT_MS = 5_000;
const LARGEST_BYTES = 64 * 1024;

export const fetchSns: FetchSns = async (url) => {
  if (!isSnsUrl(url)) throw new Error('it is no address of Amazon SNS');
  const request = got(url, {
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { request: TIMEOUT_MS },
    responseType: 'text',
  });
  request.on('downloadProgress', ({ transferred }) => {
    if (transferred > LARGEST_BYTES) request.cancel(`more than ${LARGEST_BYTES} bytes`);
  });
  const { statusCode, body } = await request;
  return { status: statusCode, text: body };
};
