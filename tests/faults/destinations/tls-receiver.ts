// Receivers that speak TLS, with certificates of a test authority (valid for a hundred years, but for the expired one).

import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

const FIXTURES = new URL('../../delivery/fixtures/tls/', import.meta.url);
export const pem = (name: string): string => readFileSync(new URL(`${name}.pem`, FIXTURES), 'utf8');
export const AUTHORITY = pem('authority.cert');

export interface TlsReceiver {
  readonly port: number;
  /** For each request: the common name of the client's certificate, or null. */
  readonly clients: (string | null)[];
  /** How many connections were made. */
  connections(): number;
  close(): Promise<void>;
}

/** @param name `receiver`, `expired` or `elsewhere` */
export async function startTlsReceiver(name: string, options: ServerOptions = {}): Promise<TlsReceiver> {
  const clients: (string | null)[] = [];
  const sockets = new Set<Duplex>();
  let connections = 0;
  const server: Server = createServer(
    { cert: pem(`${name}.cert`), key: pem(`${name}.key`), ...options },
    (request, response) => {
      const cn = (request.socket as TLSSocket).getPeerCertificate()?.subject?.CN;
      clients.push(typeof cn === 'string' ? cn : null);
      request.resume().on('end', () => response.end('taken'));
    },
  );
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    connections: () => connections,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
