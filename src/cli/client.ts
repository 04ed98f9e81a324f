// Calls to the running daemon over its control socket, by got. Turns failures into errors that say how to go on.
// Knows paths and JSON only, nothing of what is asked for.

import { request as httpRequest, type RequestOptions } from 'node:http';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import type { Got } from 'got';
import { RelayError } from '../core/errors.js';
import { errorOfAnswer } from './api-error.js';

export type QueryValue = string | number | boolean | readonly string[] | null | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

export interface CallOptions {
  /** How long the daemon may take; default 60 s. Infinity for work without a bound (backup, check). */
  readonly timeoutMs?: number;
}

/** Paths are below `/api/v1` and begin with a slash; names in them are encoded with `encodeURIComponent` (or `pathTo`). */
export interface ApiClient {
  get<Answer>(path: string, query?: Query, options?: CallOptions): Promise<Answer>;
  /** A `body` that is a string is JSON text, sent as it is. */
  post<Answer>(path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  patch<Answer>(path: string, body: unknown, options?: CallOptions): Promise<Answer>;
  delete<Answer>(path: string, options?: CallOptions): Promise<Answer>;
  /** The lines of an ndjson answer, until the daemon ends it or `signal` aborts. */
  stream<Line>(path: string, query?: Query, signal?: AbortSignal): AsyncIterable<Line>;
  /** Where the daemon is looked for, absolute. */
  socket(): Promise<string>;
}

export interface ClientSettings {
  readonly locateSocket: () => Promise<string>;
  /** The command that starts the daemon, for the error when there is none. */
  readonly startCommand: () => string;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** `pathTo('sources', name, 'pause')` → `/sources/<name>/pause`, each part encoded. */
export function pathTo(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

/** Lists become comma-separated, as the API takes them; null, undefined, false and empty text are left out. */
function searchParams(query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === false || value === '') continue;
    const text = Array.isArray(value) ? value.join(',') : String(value);
    if (text !== '') params.set(key, text);
  }
  return params.toString();
}

function actor(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the password file (containers).
    return String(process.getuid?.() ?? 'unknown');
  }
}

const WHY_UNREACHABLE: Record<string, string> = {
  ENOENT: 'there is no such socket file, so no daemon runs on this config',
  ECONNREFUSED: 'the socket file is there but nobody listens; the daemon has stopped',
  ECONNRESET: 'the daemon closed the connection; it may be stopping',
  EACCES: 'the socket belongs to another user; only its owner may control the daemon',
};

/** What a failed connection means for the user. */
function unreachable(error: unknown, socket: string, startCommand: string): RelayError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ETIMEDOUT') {
    return new RelayError('daemon.unreachable', 'the daemon did not answer in time', {
      why: `it accepted the connection on ${socket} but sent no answer`,
      fix: 'look at its log; it may be busy with a long check or backup',
      cause: error,
    });
  }
  return new RelayError('daemon.unreachable', 'the relay daemon cannot be reached', {
    why: `${socket}: ${WHY_UNREACHABLE[code] ?? (error as Error).message} (${code})`,
    fix: code === 'EACCES' ? 'run the command as the user of the daemon' : `start it: ${startCommand}`,
    cause: error,
  });
}

interface Connection {
  readonly got: Got;
  readonly socket: string;
}

async function connect(settings: ClientSettings): Promise<Connection> {
  const [{ got }, socket] = await Promise.all([import('got'), settings.locateSocket()]);
  const instance = got.extend({
    prefixUrl: 'http://relay/api/v1',
    headers: { 'x-relay-actor': actor(), 'user-agent': 'relay-cli' },
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    // Not got's own `unix:` addresses: those cannot hold a path with a colon or a blank.
    request: (url, options, callback) =>
      httpRequest(url, { ...(options as RequestOptions), socketPath: socket, agent: false }, callback),
  });
  return { got: instance, socket };
}

/** Text is JSON that was written already and goes out as it is. */
function bodyOf(body: unknown): { json?: unknown; body?: string; headers?: Record<string, string> } {
  if (body === undefined) return {};
  return typeof body === 'string'
    ? { body, headers: { 'content-type': 'application/json' } }
    : { json: body };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}

/** The lines of an answer that does not end. @throws what the daemon answers */
async function* linesOf<Line>(body: ReturnType<Got['stream']>): AsyncGenerator<Line> {
  const status = await new Promise<number>((resolve, reject) => {
    body.once('response', (response) => resolve(response.statusCode));
    body.once('error', reject);
  });
  if (status >= 300) {
    let text = '';
    for await (const chunk of body) text += String(chunk);
    throw errorOfAnswer(status, parsed(text));
  }
  for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield JSON.parse(line) as Line;
  }
}

/** A client that connects on its first call. @throws daemon.unreachable, and whatever the daemon answers */
export function createClient(settings: ClientSettings): ApiClient {
  let connection: Promise<Connection> | undefined;
  const open = (): Promise<Connection> => {
    connection ??= connect(settings);
    return connection;
  };

  async function call<Answer>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    given: { query?: Query | undefined; body?: unknown; options?: CallOptions | undefined },
  ): Promise<Answer> {
    const { got, socket } = await open();
    const timeoutMs = given.options?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const answer = await got(path.slice(1), {
      method,
      searchParams: searchParams(given.query ?? {}),
      ...bodyOf(given.body),
      ...(Number.isFinite(timeoutMs) ? { timeout: { request: timeoutMs } } : {}),
    }).catch((error: unknown) => {
      throw unreachable(error, socket, settings.startCommand());
    });
    const content = parsed(answer.body);
    if (!answer.ok) throw errorOfAnswer(answer.statusCode, content);
    return content as Answer;
  }

  async function* stream<Line>(path: string, query: Query = {}, signal?: AbortSignal): AsyncGenerator<Line> {
    const { got, socket } = await open();
    const body = got.stream(path.slice(1), {
      searchParams: searchParams(query),
      ...(signal ? { signal } : {}),
    });
    try {
      yield* linesOf<Line>(body);
    } catch (error) {
      if (signal?.aborted) return;
      throw error instanceof RelayError ? error : unreachable(error, socket, settings.startCommand());
    } finally {
      body.destroy();
    }
  }

  return {
    get: (path, query, options) => call('GET', path, { query, options }),
    post: (path, body, options) => call('POST', path, { body: body ?? {}, options }),
    patch: (path, body, options) => call('PATCH', path, { body, options }),
    delete: (path, options) => call('DELETE', path, { options }),
    stream,
    socket: async () => (await open()).socket,
  };
}
