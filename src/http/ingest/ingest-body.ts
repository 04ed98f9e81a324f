// Reads the body of an ingest request as text: bounded, inflated, decoded. Bounds hold for what arrives and for what it inflates to.
// Must not parse: what the text means is the business of the sources.

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { RelayError } from '../../core/errors.js';
import { formatSize } from '../../core/units.js';

type Inflate = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzipAsync = promisify(gunzip) as Inflate;
const inflateAsync = promisify(inflate) as Inflate;
const inflateRawAsync = promisify(inflateRaw) as Inflate;
const INFLATERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', gunzipAsync],
  ['x-gzip', gunzipAsync],
  // RFC 9110 8.4.1.2 says zlib format; some senders send raw deflate. A zlib header has 8 in its low half byte.
  [
    'deflate',
    (body, options) => (((body[0] ?? 0) & 15) === 8 ? inflateAsync : inflateRawAsync)(body, options),
  ],
  ['br', promisify(brotliDecompress) as Inflate],
]);
const BINARY_TYPE =
  /^(?:multipart\/|image\/|audio\/|video\/|font\/|application\/(?:octet-stream|zip|gzip|x-gzip|x-tar|pdf|x-protobuf|protobuf|msgpack|x-msgpack|cbor|avro)$)/;

export interface BodyType {
  /** Without parameters, lower case; empty when the sender named none. */
  readonly mediaType: string;
  readonly charset: string;
}

const TYPES = new Map<string, BodyType>();

function parseType(header: string): BodyType {
  const semicolon = header.indexOf(';');
  const mediaType = (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(header)?.[1]?.toLowerCase() ?? 'utf-8';
  return { mediaType, charset };
}

/** @throws RelayError ingest.unsupported_type for what cannot be text */
export function bodyType(header: string | undefined): BodyType {
  const text = header ?? '';
  let type = TYPES.get(text);
  if (type === undefined) {
    type = parseType(text);
    if (BINARY_TYPE.test(type.mediaType)) {
      throw new RelayError('ingest.unsupported_type', `${type.mediaType} cannot be read as an alert`, {
        fix: 'send JSON (application/json), a form (application/x-www-form-urlencoded) or text',
      });
    }
    // A sender that makes up types must not make this grow.
    if (TYPES.size < 200) TYPES.set(text, type);
  }
  return type;
}

/** @param bytes null when nobody knows how much there would have been; @param inflated whether it is what was inflated that is too large */
export function tooLarge(limitBytes: number, bytes: number | null, inflated = false): RelayError {
  const body = inflated ? 'the inflated body' : 'the body';
  const size = bytes === null ? body : `${body} of ${formatSize(bytes)}`;
  return new RelayError('ingest.too_large', `${size} is over the limit of ${formatSize(limitBytes)}`, {
    fix: 'send less, or raise server.body_limit in the config file',
  });
}

/** Collects the body; stops listening as soon as it passes the limit. @throws RelayError ingest.too_large, http.bad_request when cut off */
export function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      stop();
      reject(tooLarge(limitBytes, null));
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes));
    };
    const onClose = (): void => {
      stop();
      reject(new RelayError('http.bad_request', 'the connection ended before the whole body was there'));
    };
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
    // Keeps a reset connection from being an uncaught error, also after `stop`.
    request.on('error', onClose);
  });
}

/** @throws RelayError ingest.unsupported_type (an encoding we do not know), ingest.too_large, ingest.unreadable (not what it says it is) */
export async function inflateBody(
  body: Buffer,
  encoding: string | undefined,
  limitBytes: number,
): Promise<Buffer> {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  const inflater = INFLATERS.get(name);
  if (inflater === undefined) {
    throw new RelayError('ingest.unsupported_type', `content encoding "${name}" is not supported`, {
      fix: 'send the body plain, or with Content-Encoding gzip, deflate or br',
    });
  }
  try {
    return await inflater(body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(limitBytes, null, true);
    throw new RelayError('ingest.unreadable', `the body is not valid ${name}`, { cause });
  }
}

/** @throws RelayError ingest.unreadable when the bytes are not text in the charset the sender named (UTF-8 when none) */
export function decodeText(body: Buffer, charset: string): string {
  if (charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') {
    if (!isUtf8(body)) {
      throw new RelayError('ingest.unreadable', 'the body is not valid UTF-8', {
        fix: 'send UTF-8, or name the charset in the Content-Type header',
      });
    }
    const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
    return hasMark ? body.toString('utf8', 3) : body.toString('utf8');
  }
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch (cause) {
    throw new RelayError('ingest.unreadable', `the body cannot be read as ${charset}`, { cause });
  }
}
