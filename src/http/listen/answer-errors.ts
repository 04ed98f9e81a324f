// Every error that leaves over HTTP has one shape: `{"error":{code,message,why,fix}}`. Turns ours, fastify's and Node's into it.
// Must not let a secret out: what is not a RelayError is logged with its stack and answered without it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ConfigError } from '../../config/config-error.js';
import type { Diagnostic } from '../../config/spec.js';
import { RelayError } from '../../core/errors.js';
import type { DiagnosticItem, ErrorAnswer } from '../wire/api-types.js';

const DEFAULT_RETRY_AFTER_SECONDS = 5;
const LINGER_MS = 2_000;

/** fastify's own errors that a client can cause; any other is a bug of ours. */
const CLIENT_ERRORS: Record<string, string> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not valid JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty, JSON was expected',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as its Content-Length says',
  FST_ERR_BAD_URL: 'the URL cannot be decoded',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the URL is too long',
};

/** fastify's parser marks its SyntaxErrors with a status; one from within a route is a defect of ours. */
const isBrokenBody = (error: FastifyError): boolean =>
  error instanceof SyntaxError && error.statusCode === 400;

function fromFastify(error: FastifyError): RelayError | null {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new RelayError('ingest.too_large', 'the body is over the limit of the API');
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new RelayError('ingest.unsupported_type', 'the API takes JSON', {
      fix: 'send Content-Type: application/json',
    });
  }
  const message =
    CLIENT_ERRORS[error.code] ??
    (isBrokenBody(error) ? CLIENT_ERRORS.FST_ERR_CTP_INVALID_JSON_BODY : undefined);
  return message === undefined ? null : new RelayError('http.bad_request', message);
}

function bug(log: Logger, error: unknown, route: string): RelayError {
  log.error({ err: error, route }, 'a request failed by a defect in Relay');
  return new RelayError('internal.bug', 'something went wrong inside Relay', {
    why: 'this is a defect in Relay, not something you did; its log has the details',
    fix: 'report it with the output of: relay doctor --json',
  });
}

const diagnosticItem = ({ at, code, ...rest }: Diagnostic): DiagnosticItem => ({
  ...rest,
  code: `config.${code}`,
  line: at.line,
  column: at.column,
});

/** What was to be expected is a line; only what lies behind it (a disk, a database) is worth its stack. */
function logUnavailable(log: Logger, error: RelayError, route: string): void {
  const { code, why, cause } = error;
  const isOutside = code.startsWith('ingest.') || cause === undefined;
  const reason = why ?? (cause instanceof Error ? cause.message : undefined);
  log.warn({ code, route, ...(isOutside ? { why: reason } : { err: cause }) }, error.message);
}

function bodyOf(error: RelayError): ErrorAnswer {
  const diagnostics =
    error instanceof ConfigError ? { diagnostics: error.diagnostics.map(diagnosticItem) } : {};
  return { error: { ...error.toBody(), ...diagnostics } };
}

/** RFC 6750 3.1: to whom came without credentials no more than that they are needed. */
const BEARER_CHALLENGE = 'Bearer realm="relay"';
const CHALLENGES: Readonly<Record<string, string>> = {
  'auth.invalid_token': `${BEARER_CHALLENGE}, error="invalid_token"`,
  'auth.forbidden': `${BEARER_CHALLENGE}, error="insufficient_scope"`,
};

/** The error handler of every instance. */
export function answerErrors(log: Logger) {
  return (thrown: FastifyError | RelayError, request: FastifyRequest, reply: FastifyReply): void => {
    const route = `${request.method} ${request.routeOptions.url ?? '?'}`;
    const error = thrown instanceof RelayError ? thrown : (fromFastify(thrown) ?? bug(log, thrown, route));
    if (error.httpStatus >= 500 && error.code !== 'internal.bug') logUnavailable(log, error, route);
    if (error.httpStatus === 503) {
      reply.header('retry-after', String(error.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS));
    } else if (error.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(error.retryAfterSeconds));
    }
    const challenge = CHALLENGES[error.code] ?? (error.httpStatus === 401 ? BEARER_CHALLENGE : undefined);
    if (challenge !== undefined && !reply.hasHeader('www-authenticate'))
      reply.header('www-authenticate', challenge);
    reply.code(error.httpStatus).send(bodyOf(error));
  };
}

/**
 * A sender that is refused while it still sends would see a reset instead of the answer if the connection were closed at once
 * (RFC 9112 9.6). So what it sends is thrown away for a moment; who is not done by then is cut off.
 */
export function lingerThenClose(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  // To a sender that asked for `connection: close` Node would close with the answer still unread.
  response.shouldKeepAlive = true;
  response.once('finish', () => {
    const { socket } = request;
    const cut = setTimeout(() => socket.destroy(), LINGER_MS);
    cut.unref();
    request.once('close', () => clearTimeout(cut));
    request.once('end', () => {
      clearTimeout(cut);
      socket.end();
    });
    request.resume();
  });
}

const SOCKET_ERRORS: Record<string, { status: string; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message: 'the headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    message: 'the request was not complete in time',
  },
};

/** For what Node cannot even parse as a request. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const { status, message } = SOCKET_ERRORS[error.code ?? ''] ?? {
    status: '400 Bad Request',
    message: 'this is not a valid HTTP request',
  };
  const text = JSON.stringify({ error: { code: 'http.bad_request', message } });
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
}
