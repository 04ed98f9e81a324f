// `POST /in/<source>/<key>`: the hot path. Checks key, rate, type and size before it reads, and the signature before it decodes; hands the
// text to the runtime, answers 202 with what became of each alert. No JSON parsing and no schema validation here.
//
// Strangers learn nothing: an unknown source gets no suggestion on TCP, and a wrong key no hint. That a source of this name exists is
// told (403 against 404): its name is no secret, its key is, and telling the two apart saves people hours.

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import type { Source } from '../../model/topology.js';
import type { AcceptResult } from '../../store/store.js';
import { lingerThenClose } from '../listen/answer-errors.js';
import { countAlerts, countRefusal, type RelayMetrics, relayMetrics } from '../listen/metrics.js';
import type { IngestRequest, Runtime } from '../runtime.js';
import { bodyType, decodeText, inflateBody, readBytes, tooLarge } from './ingest-body.js';
import { checkSender } from './ingest-key.js';
import { answerBeat, registerPings } from './ping.js';

/** Bodies held in memory at once, over all requests not yet answered. Beyond it: 503, come back in a second. */
const HELD_BYTES_LIMIT = 192 * 1024 * 1024;
/** What a request costs besides its body; bounds how many small ones can wait. */
const REQUEST_OVERHEAD_BYTES = 8 * 1024;
const MAX_ID_LENGTH = 255;

interface IngestParams {
  source: string;
  key?: string;
}

interface Intake {
  readonly runtime: Runtime;
  readonly metrics: RelayMetrics;
  /** On the local socket, whose user may list the sources anyway, and do everything else: no signature is asked for there. */
  readonly suggests: boolean;
  heldBytes: number;
}

function findSource(intake: Intake, name: string): Source {
  const sources = intake.runtime.topology().sources;
  const source = sources.get(name);
  if (source !== undefined) return source;
  const fix = intake.suggests ? suggestion(name, sources.keys()) : null;
  throw new RelayError('ingest.unknown_source', 'there is no source of this name', {
    fix: fix ?? 'see the names and URLs with: relay source list',
  });
}

function idempotencyKey(request: IncomingMessage): string | null {
  const key = request.headers['idempotency-key'] ?? request.headers['webhook-id'];
  if (typeof key !== 'string' || key === '') return null;
  if (key.length > MAX_ID_LENGTH) {
    throw new RelayError('usage.invalid', `the idempotency key is longer than ${MAX_ID_LENGTH} characters`);
  }
  return key;
}

/** The length the sender declared; checked before a byte is read. Null when chunked. */
function declaredBytes(request: IncomingMessage, limitBytes: number): number | null {
  const header = request.headers['content-length'];
  if (header === undefined) return null;
  const bytes = Number(header);
  if (bytes > limitBytes) throw tooLarge(limitBytes, bytes);
  return bytes;
}

async function readRequest(intake: Intake, source: Source, request: IncomingMessage): Promise<IngestRequest> {
  const { runtime } = intake;
  const limitBytes = runtime.config().server.bodyLimitBytes;
  const type = bodyType(request.headers['content-type']);
  declaredBytes(request, limitBytes);
  const key = idempotencyKey(request);
  const bytes = await readBytes(request, limitBytes);
  const isSigned = source.verify !== null;
  if (isSigned && !intake.suggests) await runtime.signatures.check(source, request.headers, bytes);
  const encoding = request.headers['content-encoding'];
  const plain = encoding === undefined ? bytes : await inflateBody(bytes, encoding, limitBytes);
  return {
    text: decodeText(plain, type.charset),
    contentType: type.mediaType,
    idempotencyKey: key,
    headers: isSigned ? runtime.signatures.withoutSecrets(source, request.headers) : request.headers,
  };
}

/** Keeps the refusal of a known sender, so that its owner can look it up. What the runtime refuses it keeps itself. */
function keepReject(intake: Intake, source: Source, request: IncomingMessage, error: RelayError): void {
  const { runtime } = intake;
  runtime.store
    .reject({
      source: source.name,
      at: runtime.clock.now(),
      code: error.code,
      reason: error.why ? `${error.message}: ${error.why}` : error.message,
      contentType: request.headers['content-type'] ?? '',
      body: '',
      bodyBytes: Number(request.headers['content-length'] ?? 0),
    })
    .catch((cause) => runtime.log.warn({ err: cause, source: source.name }, 'a reject could not be kept'));
}

/** What a body may come to take: its declared length, or the limit when it is chunked or packed. */
function foreseenBytes(request: IncomingMessage, limitBytes: number): number {
  const { 'content-length': length, 'content-encoding': encoding } = request.headers;
  return length === undefined || encoding !== undefined ? limitBytes : Math.min(Number(length), limitBytes);
}

/** Null for a beat: an empty body to a source that is made to be pinged. */
async function takeIn(
  intake: Intake,
  source: Source,
  request: IncomingMessage,
): Promise<AcceptResult | null> {
  const { runtime, metrics } = intake;
  let held = foreseenBytes(request, runtime.config().server.bodyLimitBytes) + REQUEST_OVERHEAD_BYTES;
  if (intake.heldBytes + held > HELD_BYTES_LIMIT) {
    throw new RelayError('ingest.busy', 'too many requests are waiting to be stored', {
      retryAfterSeconds: 1,
    });
  }
  intake.heldBytes += held;
  try {
    const body = await readRequest(intake, source, request).catch((error: unknown) => {
      const isKept = error instanceof RelayError && error.code.startsWith('ingest.');
      if (isKept) keepReject(intake, source, request, error);
      throw error;
    });
    if (source.pings && body.text.trim() === '') return null;
    const foreseen = held;
    held = body.text.length + REQUEST_OVERHEAD_BYTES;
    intake.heldBytes += held - foreseen;
    const began = performance.now();
    const result = await runtime.ingest(source, body);
    metrics.ingestSeconds.observe((performance.now() - began) / 1_000);
    return result;
  } finally {
    intake.heldBytes -= held;
  }
}

/** The 202 body (`IngestAnswer`). Every part is an id, a fixed word or null: nothing needs escaping. */
function answerText(result: AcceptResult): string {
  let text = '{"alerts":[';
  let comma = '';
  for (const alert of result.alerts) {
    const incident = alert.incident === null ? 'null' : `"${alert.incident}"`;
    text += `${comma}{"id":"${alert.id}","incident":${incident},"duplicate":${result.duplicate},"result":"${alert.result}"}`;
    comma = ',';
  }
  return `${text}]}`;
}

/** A sender of HTTP Basic may wait to be asked (Amazon SNS does). */
const asksForBasic = (source: Source | null): boolean =>
  source?.verify?.methods.some(({ method }) => method === 'basic') === true;

async function handlePost(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const params = request.params as IngestParams;
  let keyed = '';
  let source: Source | null = null;
  try {
    if (intake.runtime.draining()) {
      throw new RelayError('daemon.draining', 'Relay is shutting down', { retryAfterSeconds: 5 });
    }
    source = findSource(intake, params.source);
    checkSender(intake.runtime, source, request, params.key);
    keyed = source.name;
    if (source.rateLimit !== null) intake.runtime.rates.admit(source);
    const result = await takeIn(intake, source, request.raw);
    if (result === null) return answerBeat(intake.runtime, source, reply);
    intake.metrics.accepted.inc({ source: keyed });
    countAlerts(intake.metrics, keyed, result.alerts);
    const text = answerText(result);
    // Written past fastify's reply: nothing it would add is wanted here.
    reply.hijack();
    reply.raw
      .writeHead(202, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length })
      .end(text);
  } catch (error) {
    countRefusal(intake.metrics, keyed, error);
    if (error instanceof RelayError && error.code === 'ingest.unsigned' && asksForBasic(source))
      reply.header('www-authenticate', 'Basic realm="relay"');
    lingerThenClose(request.raw, reply.raw);
    throw error;
  }
}

/** Registers the ingest routes. `suggests`: whether an unknown source's nearest name is told. */
export function registerIngest(app: FastifyInstance, runtime: Runtime, options: { suggests: boolean }): void {
  const intake: Intake = {
    runtime,
    metrics: relayMetrics(runtime.metrics),
    suggests: options.suggests,
    heldBytes: 0,
  };
  // With a slash at the end, as those of Grafana OnCall: what is pasted that way is the same URL.
  const urls = ['/in/:source/:key', '/in/:source/:key/', '/in/:source'];
  registerPings(app, { ...intake, findSource: (name) => findSource(intake, name) }, urls);
  for (const url of urls) {
    app.post(url, {
      // Answered in the first hook, before fastify looks at the body: it would refuse a Content-Type that is not well formed,
      // and its parsers cost. The key is checked before a byte is read.
      onRequest: (request, reply, done) => {
        handlePost(intake, request, reply).catch(done);
      },
      handler: async () => undefined,
    });
  }
}
