// The receiver of the benchmark: answers 200 to everything, notes when the first byte of each message came. Raw sockets and a parser
// that knows only Content-Length, so that it costs as little as it can of the core it shares with the load.

import { createServer } from 'node:net';
import { readStamp } from './payload.js';

const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'latin1');
const LENGTH = /content-length: *(\d+)/i;

/**
 * Where the message that begins at `start` ends, or -1 while it is not whole.
 * @param {Buffer} bytes
 * @param {number} start
 * @param {{ bodyAt: number }} found `bodyAt` is set when the head is whole
 */
function messageEnd(bytes, start, found) {
  const headEnd = bytes.indexOf('\r\n\r\n', start, 'latin1');
  if (headEnd < 0) return -1;
  const length = LENGTH.exec(bytes.latin1Slice(start, headEnd));
  if (!length) throw new Error('the sink got a message without Content-Length');
  found.bodyAt = headEnd + 4;
  const end = found.bodyAt + Number(length[1]);
  return end <= bytes.length ? end : -1;
}

/**
 * @param {(sequence: number, firstByteAt: number) => void} onMessage `firstByteAt` by performance.now()
 * @param {{ port?: number }} [options]
 */
export async function startSink(onMessage, options = {}) {
  const sockets = new Set();
  const found = { bodyAt: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    /** @type {Buffer | null} */
    let rest = null;
    let firstByteAt = 0;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const now = performance.now();
      if (rest === null) firstByteAt = now;
      const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      while (start < bytes.length) {
        const end = messageEnd(bytes, start, found);
        if (end < 0) break;
        socket.write(ANSWER);
        onMessage(readStamp(bytes.subarray(found.bodyAt, end), 0), firstByteAt);
        start = end;
        firstByteAt = now;
      }
      rest = start < bytes.length ? bytes.subarray(start) : null;
    });
  });
  await new Promise((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sink has no port');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/hook`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
