// For machines that watch Relay: /healthz (the process answers), /readyz (it can do its work), /metrics (Prometheus). Open to anyone
// who reaches the listener; they hold no payloads and no secrets.

import type { FastifyInstance } from 'fastify';
import type { Runtime } from '../runtime.js';

export function registerHealth(app: FastifyInstance, runtime: Runtime): void {
  app.get('/healthz', async () => ({ ok: true, version: runtime.version }));

  app.get('/readyz', async (_request, reply) => {
    const { ready, checks } = await runtime.readiness();
    if (!ready) reply.code(503).header('retry-after', '5');
    return { ready, checks };
  });

  app.get('/metrics', async (_request, reply) => {
    const body = await runtime.metrics.metrics();
    reply.header('content-type', runtime.metrics.contentType);
    return body;
  });
}
