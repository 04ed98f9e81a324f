// A small API on a unix socket for tests of the command line alone: answers what the test scripts, keeps what it was asked.

import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type CliOptions, type CliResult, relay } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';

export interface Asked {
  readonly method: string;
  /** Below /api/v1, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Parsed when it is JSON. */
  readonly body: unknown;
  readonly text: string;
}

/** `GET /sources` → what to answer, or a function of what was asked. A `status` and `body` pair answers an error. */
export type Answers = Readonly<Record<string, unknown>>;

export interface FakeDaemon {
  readonly dir: string;
  readonly socket: string;
  readonly asked: readonly Asked[];
  relay(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  remove(): Promise<void>;
}

export class Refusal {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

export async function startFakeDaemon(answers: Answers): Promise<FakeDaemon> {
  const dir = tempDir();
  const socket = join(dir, 'relay.sock');
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://relay');
    const given = await text(request);
    const one: Asked = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname.replace('/api/v1', '')),
      query: url.searchParams,
      headers: request.headers,
      body: /^[[{]/.test(given) ? JSON.parse(given) : null,
      text: given,
    };
    asked.push(one);
    const found = answers[`${one.method} ${one.path}`];
    const answer =
      found === undefined
        ? new Refusal(404, { error: { code: 'http.not_found', message: `nothing at ${one.path}` } })
        : typeof found === 'function'
          ? found(one)
          : found;
    const isRefusal = answer instanceof Refusal;
    response.writeHead(isRefusal ? answer.status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRefusal ? answer.body : answer));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    dir,
    socket,
    asked,
    relay: (args, options) =>
      relay(args, { cwd: dir, ...options, env: { RELAY_SOCKET: socket, ...options?.env } }),
    remove: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      removeDir(dir);
    },
  };
}
