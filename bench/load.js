// The sender of the benchmark: prebuilt keep-alive requests over raw sockets, one request at a time on each connection. Two ways:
// `flood` keeps at most `window` messages between itself and the sink, so ingest and delivery run at one rate; `pace` sends at a
// fixed rate whatever comes back (open loop), for delays.

import { connect } from 'node:net';
import { requestTemplate, stamp } from './payload.js';

const STATUS_AT = 'HTTP/1.1 '.length;
const LENGTH = /content-length: *(\d+)/i;

/**
 * True when `bytes` hold one whole response.
 * @param {Buffer} bytes
 */
function isWhole(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (headEnd < 0) return false;
  const length = LENGTH.exec(bytes.latin1Slice(0, headEnd));
  return bytes.length >= headEnd + 4 + (length ? Number(length[1]) : 0);
}

/**
 * @param {string} target the Integration URL
 * @param {{ connections?: number, capacity?: number, first?: number }} [options] capacity: most messages that can be sent;
 *   first: their first sequence number, so that several runs against one daemon never repeat a group key
 */
export async function openLoad(target, options = {}) {
  const url = new URL(target);
  const template = requestTemplate(url);
  const sentAt = new Float64Array(options.capacity ?? 4_000_000);
  const acceptedAt = new Float64Array(sentAt.length);
  const first = options.first ?? 0;
  const counts = { sent: 0, accepted: 0, refused: 0, lastRefusal: '' };
  /** @type {(() => void)} */
  let onFree = () => {};
  const free = [];
  const open = [];

  for (let i = 0; i < (options.connections ?? 64); i++) {
    const connection = {
      socket: connect({ port: Number(url.port), host: url.hostname, noDelay: true }),
      bytes: Buffer.from(template.bytes),
      index: -1,
      rest: /** @type {Buffer | null} */ (null),
    };
    connection.socket.on('error', (error) => {
      counts.lastRefusal = String(error);
    });
    connection.socket.on('data', (chunk) => {
      const bytes = connection.rest === null ? chunk : Buffer.concat([connection.rest, chunk]);
      if (!isWhole(bytes)) {
        connection.rest = bytes;
        return;
      }
      connection.rest = null;
      if (bytes[STATUS_AT] === 50) {
        counts.accepted++;
        acceptedAt[connection.index] = performance.now();
      } else {
        counts.refused++;
        counts.lastRefusal = bytes.latin1Slice(0, 300);
      }
      free.push(connection);
      onFree();
    });
    open.push(connection);
    await new Promise((resolve) => connection.socket.once('connect', resolve));
    free.push(connection);
  }

  /** @param {number} at */
  const send = (at) => {
    const connection = free.pop();
    if (connection === undefined) return false;
    const index = counts.sent++;
    connection.index = index;
    sentAt[index] = at;
    stamp(connection.bytes, template.offsets, first + index);
    connection.socket.write(connection.bytes);
    return true;
  };

  return {
    counts,
    first,
    sentAt,
    acceptedAt,
    bodyBytes: template.bodyBytes,

    /**
     * Sends as fast as answers come for `ms`, at most `window` messages ahead of `delivered()`. Call `pump` whenever one was delivered.
     * @param {number} ms
     * @param {number} window
     * @param {() => number} delivered
     */
    flood(ms, window, delivered) {
      let running = true;
      const pump = () => {
        while (running && counts.sent - counts.refused - delivered() < window && send(performance.now()));
      };
      onFree = pump;
      pump();
      const done = new Promise((resolve) =>
        setTimeout(() => {
          running = false;
          onFree = () => {};
          resolve(undefined);
        }, ms),
      );
      return { pump, done };
    },

    /**
     * Sends `rate` a second for `ms`. A message that finds no free connection waits with its clock running.
     * @param {number} ms
     * @param {number} rate
     */
    pace(ms, rate) {
      const start = performance.now();
      let planned = 0;
      const waiting = [];
      onFree = () => {
        while (waiting.length > 0 && send(waiting[0])) waiting.shift();
      };
      return new Promise((resolve) => {
        const timer = setInterval(() => {
          const now = performance.now();
          if (now - start >= ms) {
            clearInterval(timer);
            resolve(undefined);
            return;
          }
          for (; planned < ((now - start) / 1000) * rate; planned++) waiting.push(now);
          onFree();
        }, 1);
      });
    },

    close() {
      onFree = () => {};
      for (const { socket } of open) socket.destroy();
    },
  };
}
