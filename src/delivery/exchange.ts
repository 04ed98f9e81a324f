// One request and its answer, as undici reports it, and how long it took. Owns the total time limit and the cap on what is read; settles
// exactly once.
// Lean on purpose: it runs for every delivery.

import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import type { DriverResponse, TransportErrorCode } from '../destinations/driver.js';
import type { AttemptTimings } from '../model/delivery.js';
import { type Line, type Making, type Rider, timingsOf } from './timed-connections.js';
import { describeFailure, describeProxyFailure } from './transport-errors.js';

/** An answer with what only the history needs to know. */
export interface TransportAnswer extends DriverResponse {
  /** The answer was longer than the cap; `body` holds its beginning. */
  readonly truncated: boolean;
  /** Null when it did not come to a connection, not even to looking for one. */
  readonly timings: AttemptTimings | null;
  /** A 401 that also met an access token fetched anew for it. */
  readonly refusedNewToken?: true;
}

type Headers = Record<string, string | string[] | undefined>;

export class Exchange implements Dispatcher.DispatchHandler, Rider {
  readonly #host: string;
  readonly #proxyHost: string | null;
  readonly #capBytes: number;
  readonly #settle: (answer: TransportAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #isSettled = false;
  #line: Line | null = null;
  /** The connection that the line had before: made for an earlier request. */
  #madeBefore: Making | null = null;
  #handedOverAt: number | null = null;
  #firstByteMs: number | null = null;
  #status: number | null = null;
  #headers: Readonly<Record<string, string>> = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    host: string,
    proxyHost: string | null,
    capBytes: number,
    timeoutMs: number,
    settle: (answer: TransportAnswer) => void,
  ) {
    this.#host = host;
    this.#proxyHost = proxyHost;
    this.#capBytes = capBytes;
    this.#settle = settle;
    this.#timer = setTimeout(() => this.#timeOut(timeoutMs), timeoutMs);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  ride(line: Line): void {
    this.#line = line;
    this.#madeBefore = line.making;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#handedOverAt = performance.now();
    // Timed out while still waiting for a connection: nothing may be sent any more.
    if (this.#isSettled) controller.abort(new Error('too late'));
  }

  onResponseStart(_controller: unknown, status: number, headers: Headers): void {
    if (status < 200) return;
    this.#firstByteMs = Math.floor(performance.now() - (this.#handedOverAt as number));
    this.#status = status;
    this.#headers = flattened(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled) return;
    const room = this.#capBytes - this.#bytes;
    this.#bytes += chunk.length;
    if (chunk.length <= room) {
      this.#chunks.push(chunk);
      return;
    }
    this.#chunks.push(chunk.subarray(0, room));
    this.#finish(null, true);
    controller.abort(new Error('the rest of the answer is not read'));
  }

  onResponseEnd(): void {
    this.#finish(null, false);
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (this.#isSettled) return;
    const described =
      this.#proxyHost === null
        ? describeFailure(error, this.#host)
        : describeProxyFailure(error, this.#host, this.#proxyHost);
    this.#finish(described, false);
  }

  /** Ends it from outside. */
  cutOff(code: TransportErrorCode, message: string): void {
    this.#finish({ code, message }, false);
    this.#controller?.abort(new Error(message));
  }

  #timeOut(timeoutMs: number): void {
    const missing = this.#status === null ? 'no answer' : 'no complete answer';
    this.cutOff('timeout', `${this.#host}: ${missing} within ${timeoutMs / 1_000} s`);
  }

  #finish(error: TransportAnswer['error'], truncated: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    const body =
      this.#chunks.length === 0
        ? ''
        : this.#chunks.length === 1
          ? (this.#chunks[0] as Buffer).toString()
          : Buffer.concat(this.#chunks).toString();
    this.#chunks = [];
    this.#settle({
      status: this.#status,
      headers: this.#headers,
      body,
      truncated,
      error,
      timings: this.#timings(),
    });
  }

  /** Asked when it settles: a line makes no connection for another request before that. */
  #timings(): AttemptTimings | null {
    if (this.#line === null) return null;
    const { making } = this.#line;
    const made = making === this.#madeBefore ? null : making;
    return timingsOf(made, this.#handedOverAt !== null, this.#firstByteMs);
  }
}

function flattened(headers: Headers): Readonly<Record<string, string>> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}
