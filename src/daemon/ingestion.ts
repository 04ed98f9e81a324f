// Taking a request in while running: refuses what must not be taken now, keeps what cannot be used as a reject.

import { RelayError } from '../core/errors.js';
import type { IngestRequest, Runtime } from '../http/runtime.js';
import type { Source } from '../model/topology.js';
import type { Relay } from '../relay.js';
import type { RunningCare } from './care/source-care.js';
import type { RuntimeParts } from './runtime-parts.js';

/** A reject keeps this much of a body. */
const REJECT_CHARACTERS = 64 * 1024;

type Parts = Pick<RuntimeParts, 'store' | 'clock' | 'draining'>;

export function ingestion(parts: Parts, relay: Relay, care: RunningCare): Runtime['ingest'] {
  return async (source, request) => {
    if (parts.draining()) {
      throw new RelayError('daemon.draining', 'this daemon is stopping', { retryAfterSeconds: 5 });
    }
    try {
      if (source.paused) {
        throw new RelayError('ingest.source_paused', `source ${source.name} is paused`, {
          fix: `the payload is kept: relay source rejects ${source.name}; take alerts again: relay source resume ${source.name}`,
        });
      }
      const accepted = await relay.take(source, request);
      care.heard(source);
      return accepted;
    } catch (error) {
      if (error instanceof RelayError && error.code.startsWith('ingest.'))
        await keepReject(parts, source, request, error);
      throw error;
    }
  };
}

async function keepReject(
  parts: Parts,
  source: Source,
  request: IngestRequest,
  error: RelayError,
): Promise<void> {
  await parts.store.reject({
    source: source.name,
    at: parts.clock.now(),
    code: error.code,
    reason: error.why ? `${error.message}: ${error.why}` : error.message,
    contentType: request.contentType,
    body: request.text.slice(0, REJECT_CHARACTERS),
    bodyBytes: Buffer.byteLength(request.text),
  });
}
