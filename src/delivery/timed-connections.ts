// How long the making of connections took, and which request each was made for. undici tells neither: its clients are made here, one
// connection and one request at a time each, so what a client connects to between two requests it did for the second. Judges nothing.

import { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { type buildConnector, Client, type Dispatcher, Pool } from 'undici';
import type { AttemptTimings } from '../model/delivery.js';
import { EgressRefusal } from './egress-lookup.js';

/** The instants at which the stages of making one connection ended, on the clock of `performance.now()`; null: not yet, or never. */
export class Making {
  readonly #begunAt = performance.now();
  /** The way to the receiver for which this, to a proxy, is made. */
  readonly #outer: Making | null;
  #lookedUpAt: number | null = null;
  #connectedAt: number | null = null;
  #securedAt: number | null = null;

  constructor(outer: Making | null) {
    this.#outer = outer;
  }

  get dnsMs(): number | null {
    return span(this.#begunAt, this.#lookedUpAt);
  }

  get connectMs(): number | null {
    return span(this.#lookedUpAt ?? this.#begunAt, this.#connectedAt);
  }

  get tlsMs(): number | null {
    return span(this.#connectedAt, this.#securedAt);
  }

  watch(socket: Socket): void {
    // A name that leads where the rules forbid was found all the same.
    socket.once('lookup', (error: unknown) => {
      if (error === null || error === undefined || error instanceof EgressRefusal) this.lookedUp();
    });
    socket.once('connect', () => this.connected());
  }

  lookedUp(): void {
    this.#lookedUpAt = performance.now();
    this.#outer?.lookedUp();
  }

  /** Bytes can go to the receiver. */
  connected(): void {
    this.#connectedAt ??= performance.now();
  }

  /** The connection is handed to undici, which may use it before the socket's other listeners are called. */
  stands(isSecure: boolean): void {
    if (isSecure) this.#securedAt = performance.now();
    else this.connected();
  }
}

const span = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : Math.floor(to - from);

/** Set while a connector runs: what it asks for at once, it asks for this one. */
let beingMade: Making | null = null;

/** The connections of one client, one after the other. */
export class Line {
  /** The last one that was begun. */
  making: Making | null = null;
  readonly #connector: buildConnector.connector;

  constructor(connector: buildConnector.connector) {
    this.#connector = connector;
  }

  readonly connect: buildConnector.connector = (options, callback) => {
    const outer = beingMade;
    const making = new Making(outer);
    this.making = making;
    beingMade = making;
    try {
      // Its type does not say so, but it gives back the socket: at once, for a name is looked up after the connector has returned.
      const socket: unknown = this.#connector(options, (...result) => {
        if (result[0] === null) making.stands(options.protocol === 'https:');
        callback(...result);
      });
      if (socket instanceof Socket) making.watch(socket);
    } finally {
      beingMade = outer;
    }
  };
}

/** Who wants to know on which line its request was put. */
export interface Rider {
  ride(line: Line): void;
}

export interface TimedDispatchOptions extends Dispatcher.DispatchOptions {
  readonly rider?: Rider;
}

class TimedClient extends Client {
  readonly #line: Line;

  constructor(origin: URL, options: Client.Options) {
    const line = new Line(options.connect as buildConnector.connector);
    super(origin, { ...options, connect: line.connect });
    this.#line = line;
  }

  override dispatch(options: TimedDispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    options.rider?.ride(this.#line);
    return super.dispatch(options, handler);
  }
}

const factory = (origin: URL, options: object): Dispatcher => new TimedClient(origin, options);

/** A pool whose clients tell the rider of a request on which line it is. */
export class TimedPool extends Pool {
  constructor(origin: string | URL, options: Pool.Options) {
    super(origin, { ...options, factory });
  }
}

type ConnectOptions = Omit<Dispatcher.ConnectOptions, 'origin'>;
type Connected = (error: Error | null, data: Dispatcher.ConnectData) => void;

/** The pool of connections to a proxy: what waits for a tunnel through it is connected once that stands. */
export class TunnelPool extends TimedPool {
  override connect(options: ConnectOptions): Promise<Dispatcher.ConnectData>;
  override connect(options: ConnectOptions, callback: Connected): void;
  override connect(
    options: ConnectOptions,
    callback?: Connected,
  ): Promise<Dispatcher.ConnectData> | undefined {
    if (callback !== undefined) {
      super.connect(options, callback);
      return undefined;
    }
    const making = beingMade;
    return super.connect(options).then((data) => {
      if (data.statusCode === 200) making?.connected();
      return data;
    });
  }
}

/**
 * @param made the connection that was made for the request, as far as it came; null when there was none to make
 * @param isHandedOver the request was handed to a connection
 */
export function timingsOf(
  made: Making | null,
  isHandedOver: boolean,
  firstByteMs: number | null,
): AttemptTimings {
  return {
    connectionReused: made === null && isHandedOver,
    dnsMs: made === null ? null : made.dnsMs,
    connectMs: made === null ? null : made.connectMs,
    tlsMs: made === null ? null : made.tlsMs,
    firstByteMs,
  };
}
