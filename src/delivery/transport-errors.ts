// Names for what goes wrong between us and a receiver. Decided by error codes, never by text.

import type { TransportError, TransportErrorCode } from '../destinations/driver.js';
import { EgressRefusal } from './egress-lookup.js';

const CODES: Readonly<Record<string, TransportErrorCode>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPROTO: 'tls',
  UND_ERR_INVALID_ARG: 'protocol',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol',
};

const WORDS: Readonly<Record<TransportErrorCode, string>> = {
  dns: 'the name could not be resolved',
  refused: 'connection refused',
  reset: 'the connection was cut before the answer was complete',
  tls: 'the TLS connection could not be made',
  timeout: 'no complete answer in time',
  egress: 'refused by the egress rules',
  protocol: 'the answer is not HTTP',
  unreachable: 'the host cannot be reached',
  proxy: 'the proxy cannot be used',
  token: 'no access token',
};

/** Over a proxy these are said of the way to the proxy, or by the proxy itself. */
const OF_THE_PROXY: ReadonlySet<string> = new Set([
  'dns',
  'refused',
  'unreachable',
  'UND_ERR_ABORTED',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_PRX_TLS',
]);

/** The part of Node's codes that name a certificate or TLS fault. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** What OpenSSL makes of an answer in plain text: its name differs between versions. */
const NOT_TLS: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_RECORD_LAYER_FAILURE',
]);

/** @param host shown in the message; never the whole URL, which may hold a secret */
export function describeFailure(error: unknown, host: string): TransportError {
  const inner = mostTelling(error);
  if (inner instanceof EgressRefusal) return { code: 'egress', message: inner.message };
  const { code: name = '', message } = inner;
  if (NOT_TLS.has(name)) {
    const why =
      'what answers on this port does not speak TLS; its URL may begin with http://, or another port be meant';
    return { code: 'tls', message: `${host}: ${why}` };
  }
  const code = inner.name === 'HTTPParserError' ? 'protocol' : codeOf(name);
  const detail = code === 'tls' || code === 'protocol' ? ` (${message || name})` : name && ` (${name})`;
  return { code, message: `${host}: ${WORDS[code]}${detail}` };
}

/** The same for a request that went over a proxy, shown as `proxyHost`: what only the way to it can fail with is told as its fault. */
export function describeProxyFailure(error: unknown, host: string, proxyHost: string): TransportError {
  const described = describeFailure(error, host);
  const { code: name = '', message } = mostTelling(error);
  if (!OF_THE_PROXY.has(described.code) && !OF_THE_PROXY.has(name)) return described;
  return { code: 'proxy', message: `${host}: the proxy ${proxyHost} cannot be used (${message || name})` };
}

function codeOf(name: string): TransportErrorCode {
  return CODES[name] ?? (TLS_CODE.test(name) ? 'tls' : 'unreachable');
}

/** A connection tried on several addresses fails with one error for each (AggregateError): the first says enough. */
function mostTelling(error: unknown): NodeJS.ErrnoException {
  const { errors } = error as { errors?: readonly unknown[] };
  const telling = errors?.[0] ?? error;
  return telling !== null && typeof telling === 'object'
    ? (telling as NodeJS.ErrnoException)
    : new Error(String(telling));
}
