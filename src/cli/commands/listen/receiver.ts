// The HTTP server behind `relay listen`: takes whatever arrives on 127.0.0.1, answers as the fault plan says, and hands each request
// over as a record. Prints nothing and judges nothing.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../../core/clock.js';
import { RelayError } from '../../../core/errors.js';
import { type FaultPlan, type Reply, replyTo } from './faults.js';

/** More than any sender of Relay's sends; a receiver that keeps everything would be a way to fill this machine's memory. */
export const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

export interface Received {
  readonly number: number;
  /** ms UTC. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyBytes: number;
  /** What it was (or will be, after the delay) answered with. */
  readonly answered: number | 'reset' | 'hang';
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly plan: FaultPlan;
  readonly clock: Clock;
  readonly onRequest: (received: Received) => void;
  /** The answer has left, or the fault has been carried out. */
  readonly onAnswered?: (number: number) => void;
  /** For tests: waits before the answer. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const HOST = '127.0.0.1';

/** Starts listening. @throws daemon.port_in_use, usage.invalid (the port may not be used) */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    count += 1;
    take(request, response, count, options).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port)));
    server.listen(port, HOST, resolve);
  });
}

function cannotListen(error: NodeJS.ErrnoException, port: number): RelayError {
  if (error.code === 'EADDRINUSE')
    return new RelayError('daemon.port_in_use', `port ${port} on ${HOST} is in use`, {
      why: 'another program, perhaps another relay listen, is listening there',
      fix: `end it, or choose another port: relay listen --port ${port === 65_535 ? 9000 : port + 1}`,
      cause: error,
    });
  return new RelayError('usage.invalid', `cannot listen on ${HOST}:${port}`, {
    why: error.code === 'EACCES' ? 'ports below 1024 need special rights' : error.message,
    fix: 'choose another port: relay listen --port 9000',
    cause: error,
  });
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  number: number,
  options: ReceiverOptions,
): Promise<void> {
  const at = options.clock.now();
  const { body, bodyBytes } = await readBody(request);
  const reply: Reply =
    bodyBytes > BODY_LIMIT_BYTES
      ? { kind: 'answer', status: 413, headers: { connection: 'close' } }
      : replyTo(number, options.plan);
  options.onRequest({
    number,
    at,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: flatHeaders(request),
    body,
    bodyBytes,
    answered: reply.kind === 'answer' ? reply.status : reply.kind,
  });
  if (options.plan.delayMs > 0) await (options.sleep ?? wait)(options.plan.delayMs);
  await answer(request, response, reply);
  options.onAnswered?.(number);
}

async function answer(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  if (reply.kind === 'hang') return new Promise((resolve) => response.on('close', resolve));
  if (reply.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const ok = reply.status < 300;
  const body = reply.status === 204 || reply.status === 304 ? '' : `${JSON.stringify({ ok })}\n`;
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  await new Promise<void>((resolve) => {
    response.on('close', resolve);
    response.end(body, resolve);
  });
}

/** Reads to the end, keeping at most the limit. */
async function readBody(request: IncomingMessage): Promise<{ body: string; bodyBytes: number }> {
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bodyBytes += chunk.length;
    if (bodyBytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks).toString('utf8'), bodyBytes };
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return flat;
}
