// Beats of the heart: `/in/<source>/<key>/heartbeat` by GET, POST or HEAD, and for sources made to be pinged the Integration URL itself
// by GET or with an empty body. The key is checked as for alerts; a body is never read, nothing is stored as an alert.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RelayError } from '../../core/errors.js';
import type { Source } from '../../model/topology.js';
import { lingerThenClose } from '../listen/answer-errors.js';
import { countRefusal, type RelayMetrics } from '../listen/metrics.js';
import type { Runtime } from '../runtime.js';
import { checkSender } from './ingest-key.js';

interface PingParams {
  source: string;
  key?: string;
}

export interface Pings {
  readonly runtime: Runtime;
  readonly metrics: RelayMetrics;
  /** @throws RelayError ingest.unknown_source */
  findSource(name: string): Source;
}

/** Notes a beat and answers it. @throws RelayError ingest.source_paused */
export function answerBeat(runtime: Runtime, source: Source, reply: FastifyReply): void {
  if (source.paused) {
    throw new RelayError('ingest.source_paused', `source ${source.name} is paused`, {
      fix: `take its beats and alerts again: relay source resume ${source.name}`,
    });
  }
  runtime.care.heard(source);
  const note =
    source.heartbeatMs === null
      ? { note: `source ${source.name} has no heartbeat: nobody is told when it falls silent` }
      : {};
  reply.send({ heard: true, ...note });
}

function checkPing({ runtime, findSource }: Pings, request: FastifyRequest): Source {
  if (runtime.draining()) {
    throw new RelayError('daemon.draining', 'Relay is shutting down', { retryAfterSeconds: 5 });
  }
  const { source: name, key } = request.params as PingParams;
  const source = findSource(name);
  checkSender(runtime, source, request, key);
  return source;
}

function handlePing(pings: Pings, request: FastifyRequest, reply: FastifyReply): void {
  let keyed = '';
  try {
    const source = checkPing(pings, request);
    keyed = source.name;
    if (source.rateLimit !== null) pings.runtime.rates.admit(source);
    answerBeat(pings.runtime, source, reply);
  } catch (error) {
    countRefusal(pings.metrics, keyed, error);
    lingerThenClose(request.raw, reply.raw);
    throw error;
  }
}

function refuseMethod(request: FastifyRequest, reply: FastifyReply): never {
  reply.header('allow', 'POST');
  throw new RelayError('http.method_not_allowed', `this URL takes POSTs, not ${request.method}`, {
    why: 'it is an Integration URL: monitoring tools post their alerts to it',
    fix: `try: curl -H 'Content-Type: application/json' -d @alert.json <this URL>   or, for a beat: curl <this URL>/heartbeat`,
  });
}

const isPinged = ({ runtime }: Pings, { source }: PingParams): boolean =>
  runtime.topology().sources.get(source)?.pings === true;

/** @param urls the Integration URLs, whose POSTs are somebody else's */
export function registerPings(app: FastifyInstance, pings: Pings, urls: readonly string[]): void {
  // Grafana OnCall's heartbeat URLs end in a slash: people paste the end of theirs.
  for (const url of ['/in/:source/:key/heartbeat', '/in/:source/:key/heartbeat/']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      // In the first hook: a beat with a body of whatever type is a beat.
      onRequest: async (request, reply) => {
        handlePing(pings, request, reply);
        return reply;
      },
      handler: async () => undefined,
    });
  }
  for (const url of urls) {
    app.get(url, async (request, reply) => {
      if (!isPinged(pings, request.params as PingParams)) return refuseMethod(request, reply);
      handlePing(pings, request, reply);
      return reply;
    });
    app.route({ method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], url, handler: refuseMethod });
  }
}
