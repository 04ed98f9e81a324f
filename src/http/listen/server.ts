// The HTTP side as a whole: the same routes on two listeners. TCP takes alerts, health and metrics, and the API for callers with a
// token; the unix socket gives the API with every right to whoever may open the file.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { RelayError } from '../../core/errors.js';
import { registerIngest } from '../ingest/ingest.js';
import { API_ROUTES } from '../routes/all.js';
import type { Runtime } from '../runtime.js';
import { answerClientError, answerErrors } from './answer-errors.js';
import { registerApi } from './api.js';
import { registerHealth } from './health.js';
import { type Authenticate, authenticateByToken, authenticateSocket } from './rights.js';
import { listenOnSocket } from './socket-file.js';

export type ListenerOptions =
  | {
      readonly listener: 'tcp';
      readonly host: string;
      /** 0 picks a free one. */
      readonly port: number;
    }
  | { readonly listener: 'socket'; readonly path: string };

export interface HttpListener {
  /** Starts listening. Settles once requests are taken; returns `http://host:port`, or the socket's path. @throws daemon.port_in_use, daemon.cannot_listen, daemon.already_running, daemon.socket_path_too_long */
  listen(): Promise<string>;
  /** Takes no new connections, ends live tails, lets requests under way finish until the deadline, then cuts them. */
  close(deadlineMs: number): Promise<void>;
}

/** Longer than the idle timeout of the usual load balancers (60 s), so that they, not we, close idle connections. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** For the whole request to arrive; 1 MiB in 30 s is 35 kB/s. */
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_TIMEOUTS_EVERY_MS = 5_000;
const CLOSE_IDLE_EVERY_MS = 50;
const MAX_CONNECTIONS = 8_192;
const API_BODY_LIMIT_BYTES = 2 * 1024 * 1024;

function makeInstance(runtime: Runtime): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: API_BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS },
    routerOptions: { maxParamLength: 512 },
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
    frameworkErrors: (error, request, reply) =>
      answerErrors(runtime.log)(error as FastifyError, request, reply),
  });
  app.setErrorHandler<FastifyError>(answerErrors(runtime.log));
  app.server.maxConnections = MAX_CONNECTIONS;
  refuseEarly(app.server, runtime);
  return app;
}

/** curl asks before it sends a large body (`Expect: 100-continue`): one over the limit is refused without a byte of it. */
function refuseEarly(server: Server, runtime: Runtime): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const bytes = Number(request.headers['content-length'] ?? 0);
    const limit = Math.max(runtime.config().server.bodyLimitBytes, API_BODY_LIMIT_BYTES);
    if (bytes <= limit) response.writeContinue();
    server.emit('request', request, response);
  });
}

function logRequests(app: FastifyInstance, runtime: Runtime): void {
  if (!runtime.log.isLevelEnabled('debug')) return;
  app.addHook('onResponse', async (request, reply) => {
    // The route, not the URL: that one holds keys.
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown route'}`;
    runtime.log.debug({ route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
  });
}

function portInUse(host: string, port: number, cause: NodeJS.ErrnoException): RelayError {
  if (cause.code === 'EADDRINUSE') {
    return new RelayError('daemon.port_in_use', `port ${port} of ${host} is taken by another program`, {
      why: 'perhaps another Relay; see who: ss -ltnp',
      fix: 'stop it, or set server.listen in the config file to another port',
      cause,
    });
  }
  return new RelayError(
    'daemon.cannot_listen',
    `cannot listen on ${host}:${port}: ${cause.code ?? cause.message}`,
    {
      fix: 'set server.listen in the config file to an address of this machine and a port you may use (over 1023 without privileges)',
      cause,
    },
  );
}

async function listenOnPort(app: FastifyInstance, host: string, port: number): Promise<string> {
  const { server } = app;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(portInUse(host, port, error));
    server.once('error', fail);
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** One listener with all routes; nothing listens until `listen()`. */
export function createServer(runtime: Runtime, options: ListenerOptions): HttpListener {
  const app = makeInstance(runtime);
  const isSocket = options.listener === 'socket';
  const authenticate: Authenticate = isSocket ? authenticateSocket : authenticateByToken(runtime.tokens);
  logRequests(app, runtime);
  registerIngest(app, runtime, { suggests: isSocket });
  registerHealth(app, runtime);
  const api = registerApi(app, runtime, API_ROUTES, authenticate);
  return {
    async listen() {
      await app.ready();
      if (options.listener === 'tcp') return listenOnPort(app, options.host, options.port);
      await listenOnSocket(app.server, options.path);
      return options.path;
    },
    async close(deadlineMs) {
      api.endStreams();
      const cut = setTimeout(() => app.server.closeAllConnections(), deadlineMs);
      // Node closes what is idle when close() is called, not what becomes idle after it.
      const sweep = setInterval(() => app.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
      try {
        await app.close();
      } finally {
        clearTimeout(cut);
        clearInterval(sweep);
      }
    },
  };
}
