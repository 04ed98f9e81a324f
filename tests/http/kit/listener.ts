// Starts real listeners for tests and closes them; asks the unix socket, which fetch cannot.

import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '../../../src/http/listen/server.js';
import type { Runtime } from '../../../src/http/runtime.js';

export interface Running {
  /** `http://127.0.0.1:port`, or the path of the socket. */
  readonly at: string;
  close(): Promise<void>;
}

export async function startTcp(runtime: Runtime): Promise<Running> {
  const listener = createServer(runtime, { listener: 'tcp', host: '127.0.0.1', port: 0 });
  return { at: await listener.listen(), close: () => listener.close(500) };
}

export async function startSocket(runtime: Runtime): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-http-'));
  const path = join(dir, 'relay.sock');
  const listener = createServer(runtime, { listener: 'socket', path });
  await listener.listen();
  return {
    at: path,
    async close() {
      await listener.close(500);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface SocketAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly json: any;
}

/** One call over the unix socket. A Buffer is sent as it is, any other `body` as JSON. */
export function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<SocketAnswer> {
  const text = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath, method, path, headers: { ...type, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = text.startsWith('{') ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode as number, headers: response.headers, text, json });
        });
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

/** Status and error code of a fetched answer. */
export async function refusalOf(answer: Response): Promise<[number, string]> {
  const body = (await answer.json()) as { error: { code: string } };
  return [answer.status, body.error.code];
}
