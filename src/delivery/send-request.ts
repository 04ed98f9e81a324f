// Sends the HTTP request of an attempt as its destination wants it: within the reach of who made the destination, and with an access
// token where it asks for one. A token that is not taken (401) is fetched anew, once.

import { performance } from 'node:perf_hooks';
import type { HttpRequest, TokenGrant } from '../destinations/driver.js';
import type { Destination } from '../model/topology.js';
import type { AccessTokens, TokenAnswer } from './access-tokens.js';
import { withoutEchoes } from './echoed-secrets.js';
import type { TransportAnswer } from './exchange.js';
import type { SendOptions, Transport } from './transport.js';

export interface Sending {
  readonly transport: Pick<Transport, 'send'>;
  readonly tokens: AccessTokens;
}

/**
 * Config file and terminal belong to the operator; what an API client wrote keeps to public addresses.
 * @param mayAskAgain asked before a second request is made with a new token; without it the next attempt has that token
 */
export async function sendRequest(
  request: HttpRequest,
  { origin, timeoutMs }: Pick<Destination, 'origin' | 'timeoutMs'>,
  sending: Sending,
  mayAskAgain: () => boolean = () => true,
): Promise<TransportAnswer> {
  const options: SendOptions = { reach: origin === 'api' ? 'public' : 'anywhere' };
  return request.grant === undefined
    ? withoutEchoes(await sending.transport.send(request, timeoutMs, options), request)
    : sendWithToken(request, request.grant, timeoutMs, options, sending, mayAskAgain);
}

/** Tokens and requests together take no longer than `timeoutMs`. */
async function sendWithToken(
  request: HttpRequest,
  grant: TokenGrant,
  timeoutMs: number,
  { reach = 'anywhere' }: SendOptions,
  { transport, tokens }: Sending,
  mayAskAgain: () => boolean,
): Promise<TransportAnswer> {
  const endsAt = performance.now() + timeoutMs;
  const left = (): SendOptions => ({ reach, leftMs: Math.max(1, Math.ceil(endsAt - performance.now())) });
  const send = async (token: string): Promise<TransportAnswer> => {
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const sent = { ...request, headers };
    return withoutEchoes(await transport.send(sent, timeoutMs, left()), sent);
  };
  const first = await tokens.of(grant, request, timeoutMs, left());
  if ('error' in first) return unsent(first);
  const answer = await send(first.token);
  if (answer.status !== 401) return answer;
  await tokens.refused(grant, { reach }, first.token);
  const second = await tokens.of(grant, request, timeoutMs, left());
  if ('error' in second) return unsent(second);
  if (second.token === first.token || !mayAskAgain()) return answer;
  const again = await send(second.token);
  return again.status === 401 ? { ...again, refusedNewToken: true } : again;
}

function unsent({ error }: Extract<TokenAnswer, { error: unknown }>): TransportAnswer {
  return { status: null, headers: {}, body: '', truncated: false, error, timings: null };
}
