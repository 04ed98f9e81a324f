// A small real HTTP proxy: tunnels CONNECT, forwards plain requests, and keeps what it was asked. It resolves names by a table.

import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface TestProxy {
  readonly url: string;
  /** `CONNECT host:port` or `POST http://…`, and the credentials that came. */
  readonly asked: { readonly what: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Refuses everything with this status. */
  readonly refuseWith?: number;
  /** Waited for before a tunnel stands. */
  readonly beforeTunnel?: () => Promise<unknown>;
}

/** Every name is 127.0.0.1 to this proxy. */
export async function startProxy({ refuseWith, beforeTunnel }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const sockets = new Set<Socket>();
  const note = (what: string, { headers }: IncomingMessage): void => {
    asked.push({ what, authorization: headers['proxy-authorization'] });
  };
  const server = createServer((incoming, answer) => {
    note(`${incoming.method} ${incoming.url}`, incoming);
    if (refuseWith !== undefined) {
      answer.writeHead(refuseWith).end();
      return;
    }
    const { port, pathname, search } = new URL(incoming.url as string);
    const { 'proxy-authorization': _own, ...headers } = incoming.headers;
    const path = pathname + search;
    const onward = forward({ host: '127.0.0.1', port, path, method: incoming.method, headers }, (reply) => {
      answer.writeHead(reply.statusCode as number, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    note(`CONNECT ${incoming.url}`, incoming);
    if (refuseWith !== undefined) {
      socket.end(`HTTP/1.1 ${refuseWith} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const port = Number((incoming.url as string).split(':').at(-1));
    const onward = connect(port, '127.0.0.1', async () => {
      await beforeTunnel?.();
      socket.write('HTTP/1.1 200 Go on\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => onward.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
