// `GET /webhooks/:name` and `GET /integrations/:name` say every setting that is in force, defaults included, each URL with its own backlog,
// and no secret.

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask } from './kit/listener.js';
import { type Served, startServed } from './kit/served.js';

const SECRET = 'hunter2-of-the-bank';
let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(() => served.close());

const api = (method: string, path: string, body?: object) => ask(served.at, method, `/api/v1${path}`, body);

it('everything set is shown as it is in force', async () => {
  const added = await api('POST', '/webhooks', {
    name: 'bank',
    urls: [{ url: 'http://127.0.0.1:9/' }],
    format: 'cloudevents',
    cloudevents: { mode: 'batched', source: '/relay', type_prefix: 'org.example.' },
    max_events_per_request: 50,
    linger: '2s',
    timeout: '5s',
    retry: { preset: 'standard-webhooks', on: 'transient' },
    give_up_after: '3d',
    redelivery: { schedule: '0 * * * *', max_age: '2d' },
    rate: '100/1m',
    concurrency: 2,
    circuit: { failures: 3, probe: '10s' },
    disable_after: '5d',
    auth: { basic: { user: 'relay', password: SECRET } },
    hmac: { header: 'X-Signature', secret: SECRET, prefix: 'sha256=' },
    proxy: 'http://127.0.0.1:3128',
  });
  expect(added.status).toBe(201);
  const { json } = await api('GET', '/webhooks/bank');
  expect(json).toMatchObject({
    format: 'cloudevents',
    cloudevents: { mode: 'batched', source: '/relay', type_prefix: 'org.example.' },
    content_type: 'json',
    body: null,
    max_events_per_request: 50,
    linger_ms: 2_000,
    timeout_ms: 5_000,
    retry: { preset: 'standard-webhooks', max: 9, on: 'transient' },
    give_up_after_ms: 259_200_000,
    redelivery: { schedule: '0 * * * *', max_age_ms: 172_800_000 },
    rate: '100/1m',
    concurrency: 2,
    circuit: { failures: 3, probe_ms: 10_000, max_probe_ms: 60_000 },
    disable_after: { failures: null, span_ms: 432_000_000 },
    auth: 'Basic, as relay',
    hmac: { header: 'X-Signature', prefix: 'sha256=', encoding: 'hex' },
    proxy: expect.stringContaining('127.0.0.1:3128'),
  });
  expect(json.retry.delays_ms).toHaveLength(9);
  expect(JSON.stringify(json)).not.toContain(SECRET);
});

it('what is switched off is null, and a template is shown', async () => {
  await api('POST', '/webhooks', {
    name: 'text',
    urls: [{ url: 'http://127.0.0.1:9/' }],
    format: 'template',
    content_type: 'text/plain',
    body: '{{ event.type }}',
    circuit: false,
    redelivery: false,
    disable_after: 50,
    retry: { max: 0 },
  });
  expect((await api('GET', '/webhooks/text')).json).toMatchObject({
    content_type: 'text/plain',
    body: '{{ event.type }}',
    cloudevents: null,
    circuit: null,
    redelivery: null,
    disable_after: { failures: 50, span_ms: null },
    retry: { preset: null, max: 0, delays_ms: [], on: 'all' },
  });
});

it('defaults are those in force, and each URL stands by itself', async () => {
  await api('POST', '/webhooks/crm/pause');
  await ask(served.at, 'POST', served.alertPath, { title: 'disk full' });
  const { json } = await api('GET', '/webhooks/crm');
  expect(json).toMatchObject({
    retry: { preset: null, delays_ms: [5_000, 20_000, 80_000], on: 'all', jitter: 0.2 },
    give_up_after_ms: null,
    rate: null,
    concurrency: 16,
    circuit: { failures: 5, probe_ms: 5_000, max_probe_ms: 60_000 },
    disable_after: null,
    max_events_per_request: 1,
    // As lists of deliveries call it.
    ...{ waiting: 0, held: 2, failed: 0, dead: 0 },
  });
  const each = json.urls.map(({ ref, method, state, held }: Record<string, unknown>) => [
    ref,
    method,
    state,
    held,
  ]);
  expect(each).toEqual([
    ['webhook/crm', 'POST', 'paused', 1],
    ['webhook/crm#2', 'PUT', 'paused', 1],
  ]);
  const { json: wall } = await api('GET', '/integrations/wall');
  expect(wall).toMatchObject({ timeout_ms: 15_000, concurrency: 16, rate: null, retry: { max: 3 } });
});

it('what was given up for good is counted, as lists of deliveries count it', async () => {
  // Nobody listens there.
  await api('POST', '/webhooks', { name: 'gone', urls: [{ url: 'http://127.0.0.1:9/' }] });
  const { json } = await api('POST', '/webhooks/gone/test');
  expect(json.outcome).toBe('retry');
  const listed = await api('GET', '/deliveries?destination=webhook/gone&status=dead');
  expect(listed.json.items).toHaveLength(1);
  const shown = await api('GET', '/webhooks/gone');
  expect(shown.json).toMatchObject({ waiting: 0, held: 0, failed: 0, dead: 1, urls: [{ dead: 1 }] });
});
