// A real HTTP server on a unix socket that answers the control API's routes with what a test puts there, and keeps what was asked.

import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { removeDir, tempDir } from '../../kit/wait.js';

export interface Asked {
  readonly method: string;
  /** Below /api/v1, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly actor: string | undefined;
}

/** An answer, or what makes one; `response` is for streams, which write themselves and return `undefined`. */
export type Canned = object | ((asked: Asked, response: ServerResponse) => unknown);

export interface CannedApi {
  readonly socket: string;
  readonly asked: Asked[];
  /** `GET /webhooks` → its answer. An answer with `error` gets the status of `status`, default 404. */
  answer(route: string, canned: Canned): void;
  /** Stops listening as a daemon that dies: connections are cut. */
  die(): Promise<void>;
  close(): Promise<void>;
}

export async function cannedApi(routes: Readonly<Record<string, Canned>> = {}): Promise<CannedApi> {
  const dir = tempDir();
  const socket = join(dir, 'relay.sock');
  const table = new Map<string, Canned>(Object.entries(routes));
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', 'http://relay');
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname.replace(/^\/api\/v1/, ''),
      query: Object.fromEntries(url.searchParams),
      body: chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString()),
      actor: request.headers['x-relay-actor'] as string | undefined,
    };
    asked.push(one);
    const canned = table.get(`${one.method} ${one.path}`) ?? {
      error: { code: 'object.not_found', message: `there is no ${one.path}` },
    };
    const answer = typeof canned === 'function' ? canned(one, response) : canned;
    if (answer === undefined) return;
    const isError = typeof answer === 'object' && answer !== null && 'error' in answer;
    response.writeHead(isError ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const die = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return {
    socket,
    asked,
    answer: (route, canned) => table.set(route, canned),
    die,
    close: async () => {
      if (server.listening) await die();
      removeDir(dir);
    },
  };
}
