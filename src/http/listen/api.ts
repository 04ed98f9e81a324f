// How the API's routes are put on a listener: rights first, then validation, then the route.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RelayError } from '../../core/errors.js';
import { API_PREFIX, type ApiCall, type ApiRoute, paramsSchema } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { openApiDocument } from '../wire/openapi.js';
import { compileValidator, refusal } from '../wire/validation.js';
import { type Authenticate, type Caller, requireScope } from './rights.js';

/** What `setTimeout` can count to (2^31 - 1). */
const LONGEST_TIMER_MS = 2_147_483_647;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
    /** The JSON body as it was written. */
    bodyText: string;
  }
}

function addJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // A verb without arguments may come with the header and no body.
    request.bodyText = body as string;
    if (body === '') done(null, undefined);
    else parse(request, body as string, done);
  });
}

function matcher(route: ApiRoute): RegExp {
  return new RegExp(`^${API_PREFIX}${route.path.replace(/:\w+/g, '[^/]+')}/?$`);
}

/** The handler for what no route takes: 405 with Allow when the path is known, 404 otherwise. */
function answerUnknown(app: FastifyInstance, routes: readonly ApiRoute[]): void {
  const matchers = routes.map((route) => ({ route, pattern: matcher(route) }));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] as string;
    const methods = matchers.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route.method);
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      throw new RelayError(
        'http.method_not_allowed',
        `this URL takes ${methods.join(', ')}, not ${request.method}`,
      );
    }
    throw new RelayError('http.not_found', 'there is nothing at this URL', {
      fix: `the API is described at ${API_PREFIX}/openapi.json; alerts are posted to /in/<source>/<key>`,
    });
  });
}

function registerRoute(
  app: FastifyInstance,
  route: ApiRoute,
  authenticate: Authenticate,
  handle: (request: FastifyRequest, reply: FastifyReply) => unknown,
): void {
  const params = paramsSchema(route.path);
  app.route({
    method: route.method,
    url: `${API_PREFIX}${route.path}`,
    exposeHeadRoute: false,
    schema: {
      ...(params ? { params } : {}),
      querystring: route.query ?? { type: 'object', properties: {}, additionalProperties: false },
      ...(route.body ? { body: route.body } : {}),
    },
    onRequest: async (request) => {
      request.caller = requireScope(await authenticate(request), route.scope);
    },
    preValidation: async (request) => {
      request.body ??= {};
    },
    handler: handle,
  });
}

/** Answers without an end of their own: they end when the listener closes, and when the token of who asked is no longer good. */
class OpenStreams {
  readonly #runtime: Runtime;
  readonly #open = new Set<{ readonly token: string | null; end(why: string): void }>();
  readonly #forget: () => void;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#forget = runtime.tokens.onRevoked((id) => {
      for (const { token, end } of [...this.#open]) if (token === id) end('the access token was revoked');
    });
  }

  /** Returns the function that forgets it. */
  add(caller: Caller, end: (why: string) => void): () => void {
    const stream = { token: caller.token, end };
    this.#open.add(stream);
    const unwatch = this.#endWhenExpired(stream);
    return () => {
      unwatch();
      this.#open.delete(stream);
    };
  }

  endAll(why: string): void {
    this.#forget();
    for (const { end } of [...this.#open]) end(why);
  }

  #endWhenExpired({ token, end }: { token: string | null; end(why: string): void }) {
    const { tokens, clock } = this.#runtime;
    const expiresAt = tokens.list().find(({ id }) => id === token)?.expiresAt ?? null;
    if (expiresAt === null) return () => undefined;
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = expiresAt - clock.now();
      if (leftMs <= 0) end('the access token has ended');
      else timer = setTimeout(wait, Math.min(leftMs, LONGEST_TIMER_MS)).unref();
    };
    wait();
    return () => clearTimeout(timer);
  }
}

/** Registers every API route and the OpenAPI document. `endStreams` ends the answers that have no end of their own. */
export function registerApi(
  app: FastifyInstance,
  runtime: Runtime,
  routes: readonly ApiRoute[],
  authenticate: Authenticate,
): { endStreams(): void } {
  const streams = new OpenStreams(runtime);
  answerUnknown(app, routes);
  app.register(async (scope) => {
    scope.decorateRequest('caller', null);
    scope.decorateRequest('bodyText', '');
    addJsonParser(scope);
    scope.setValidatorCompiler(compileValidator);
    scope.setSchemaErrorFormatter(refusal);
    for (const route of routes) {
      registerRoute(scope, route, authenticate, async (request, reply) => {
        const { params, query, body, bodyText } = request;
        if (route.status) reply.code(route.status);
        const caller = request.caller as Caller;
        const onClose: ApiCall['onClose'] = (end) => streams.add(caller, end);
        return route.handle({ runtime, params, query, body, bodyText, caller, reply, onClose } as ApiCall);
      });
    }
    let document: unknown;
    scope.get(`${API_PREFIX}/openapi.json`, async () => {
      document ??= openApiDocument(routes, runtime.version);
      return document;
    });
  });
  return {
    endStreams() {
      streams.endAll('the daemon is stopping');
    },
  };
}
