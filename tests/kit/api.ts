// Plain HTTP to the daemon: the API on its control socket, and posting to Integration URLs on TCP.

import { type ClientRequest, request } from 'node:http';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every route
  readonly json: any;
}

export interface ApiRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when a string or bytes, else as JSON. */
  readonly body?: unknown;
}

function encode(body: unknown): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
}

/** One request on a connection of its own. `socketPath` null: TCP. @throws Error of the connection (refused, reset) */
export function call(
  target: { readonly socketPath: string | null; readonly url: string },
  what: ApiRequest = {},
): Promise<ApiAnswer> {
  const body = encode(what.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      target.url,
      {
        ...(target.socketPath === null ? {} : { socketPath: target.socketPath }),
        method: what.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...what.headers,
        },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          let json: unknown;
          try {
            json = JSON.parse(text);
          } catch {
            json = undefined;
          }
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
          outgoing.destroy();
        });
      },
    );
    outgoing.on('error', reject);
    if (body !== undefined && body.length > PIECE_BYTES) void sendInPieces(outgoing, Buffer.from(body));
    else outgoing.end(body);
  });
}

const PIECE_BYTES = 256 * 1024;

/** As a client should: stops sending once the answer is there, which for a body that is too large comes early. */
async function sendInPieces(outgoing: ClientRequest, body: Buffer): Promise<void> {
  let isOver = false;
  outgoing.once('response', () => {
    isOver = true;
  });
  outgoing.once('close', () => {
    isOver = true;
  });
  for (let sent = 0; sent < body.length && !isOver; sent += PIECE_BYTES) {
    if (outgoing.write(body.subarray(sent, sent + PIECE_BYTES))) continue;
    await new Promise((resolve) => {
      for (const event of ['drain', 'response', 'close']) outgoing.once(event, resolve);
    });
  }
  if (!isOver) outgoing.end();
}

/** Every item of a list route, page by page. `path` is relative to /api/v1. */
export async function listAll<Item>(socketPath: string, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const url = new URL(`http://relay/api/v1/${path}`);
    url.searchParams.set('limit', '1000');
    if (after !== null) url.searchParams.set('after', after);
    const answer: ApiAnswer = await call({ socketPath, url: url.href });
    if (answer.status !== 200) throw new Error(`GET ${url.href} answered ${answer.status}: ${answer.text}`);
    items.push(...(answer.json.items as Item[]));
    after = answer.json.next as string | null;
  } while (after !== null);
  return items;
}
