// A real HTTP server on 127.0.0.1 that keeps every request it gets and answers as the test scripts it: in order, slowly, never,
// byte by byte, endlessly, by resetting the connection, or by redirecting.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { untilTrue } from './wait.js';

export interface ReceivedRequest {
  /** By performance.now(). */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body parsed; undefined when it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what a sender puts into a body is only known to the test
  readonly json: any;
}

export type Answer =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
      /** Before the answer begins. */
      readonly delayMs?: number;
    }
  /** Headers, then `chunk` again and again: one every `everyMs`, until `bytes` were written or the peer goes. */
  | { readonly drip: string; readonly everyMs: number; readonly bytes: number }
  | 'hang'
  | 'reset';

/** What to answer to one request, at once or when the test says so; `count` is its number, from 1. */
export type Script = (request: ReceivedRequest, count: number) => Answer | Promise<Answer>;

export interface Receiver {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** Replaces what is answered from now on. */
  answer(next: Answer | Script): void;
  /** Waits until at least `count` requests have come. */
  received(count: number, timeoutMs?: number): Promise<ReceivedRequest[]>;
  close(): Promise<void>;
}

const OK: Answer = { status: 200 };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function drip(response: ServerResponse, answer: Extract<Answer, { drip: string }>): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  let left = answer.bytes;
  const step = (): void => {
    if (response.destroyed) return;
    if (left <= 0) {
      response.end();
      return;
    }
    left -= answer.drip.length;
    const more = response.write(answer.drip);
    if (more) setTimeout(step, answer.everyMs);
    else response.once('drain', step);
  };
  step();
}

function give(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    (response.socket as Socket | null)?.resetAndDestroy();
    return;
  }
  if ('drip' in answer) {
    drip(response, answer);
    return;
  }
  setTimeout(() => {
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body ?? '');
  }, answer.delayMs ?? 0);
}

async function read(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    at: performance.now(),
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    text,
    json: parse(text),
  };
}

/** Starts a receiver; answers 200 until told otherwise. `port` 0 takes a free one. */
export async function startReceiver(script: Answer | Script = OK, port = 0): Promise<Receiver> {
  let current = script;
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    response.on('error', () => {});
    read(incoming).then(
      async (request) => {
        requests.push(request);
        const answer = typeof current === 'function' ? current(request, requests.length) : current;
        give(response, answer instanceof Promise ? await answer : answer);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    answer(next) {
      current = next;
    },
    async received(count, timeoutMs) {
      await untilTrue(
        `${count} requests came (${requests.length} did)`,
        () => requests.length >= count,
        timeoutMs,
      );
      return requests;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
