// Stages of a request that are held up for a while, and how long they were: a timing of the stage is at least that, whatever else the
// machine does.

import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResolveName } from '../../../src/delivery/egress-lookup.js';
import { pem } from './tls-receiver.js';

/** Each wait in whole ms, rounded down, by the clock that Relay measures with. */
export class Holds {
  readonly held: number[] = [];

  async wait(ms = 30): Promise<number> {
    const at = performance.now();
    await sleep(ms);
    const held = Math.floor(performance.now() - at);
    this.held.push(held);
    return held;
  }

  get last(): number {
    return this.held.at(-1) ?? Number.NaN;
  }
}

/** Every name is `address`, after a while. */
export function resolvesLate(holds: Holds, address = '127.0.0.1'): ResolveName {
  return (_hostname, _options, done) => {
    holds.wait().then(() => done(null, [{ address, family: 4 }]));
  };
}

export interface HeldTls {
  readonly port: number;
  /** By the body of the request: how long the handshake of the connection it came over was held up. */
  readonly handshakes: Map<string, number>;
  connections(): number;
  close(): Promise<void>;
}

/** @param msOf how long the handshake of each connection, from 0, is held up */
export async function startHeldTls(msOf: (connection: number) => number): Promise<HeldTls> {
  const holds = new Holds();
  const heldOf = new Map<number | undefined, number>();
  const handshakes = new Map<string, number>();
  const sockets = new Set<Socket>();
  let connections = 0;
  const secure = createTlsServer(
    { cert: pem('receiver.cert'), key: pem('receiver.key') },
    async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      handshakes.set(body, heldOf.get(request.socket.remotePort) ?? Number.NaN);
      response.end('taken');
    },
  );
  secure.on('tlsClientError', () => undefined);
  const front = createServer(async (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const number = connections++;
    // The greeting: by now the sender has its connection.
    await once(socket, 'readable');
    heldOf.set(socket.remotePort, await holds.wait(msOf(number)));
    secure.emit('connection', socket);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (front.address() as AddressInfo).port,
    handshakes,
    connections: () => connections,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => front.close(() => resolve()));
    },
  };
}
