import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { API_ROUTES } from '../../src/http/routes/all.js';
import type { DeliveryItem } from '../../src/http/wire/api-types.js';
import { openApiDocument } from '../../src/http/wire/openapi.js';
import { ask } from './kit/listener.js';
import { type Served, startServed } from './kit/served.js';

const BACKUP = 'backup.db';
/** The routes in an order that works on one database; `:inc`, `:evt`, `:dlv` stand for ids that exist by then. */
const FILTER = { field: 'labels.env', op: 'is', value: 'prod' };
const WHEN = '{{ payload.size / 0 }}';
const CALLS: [status: number, method: string, route: string, path: string, body?: unknown][] = [
  [200, 'GET', '/status', '/status'],
  [200, 'GET', '/doctor', '/doctor'],
  [400, 'POST', '/doctor/mail', '/doctor/mail', { to: 'not an address' }],
  [409, 'POST', '/doctor/mail', '/doctor/mail', { to: 'dana@example.org' }],
  [200, 'GET', '/config', '/config'],
  [200, 'GET', '/config/export', '/config/export'],
  [200, 'POST', '/config/reload', '/config/reload', { dry_run: true }],
  [200, 'GET', '/packs', '/packs?sort=title&desc=true'],
  [200, 'GET', '/packs/:slug', '/packs/alertmanager'],
  [200, 'GET', '/sources', '/sources'],
  [200, 'GET', '/sources/:name', '/sources/generic'],
  [200, 'GET', '/sources/:name/url', '/sources/generic/url'],
  [200, 'GET', '/sources/:name/rejects', '/sources/generic/rejects'],
  [200, 'POST', '/sources/:name/preview', '/sources/metrics/preview', {}],
  [200, 'POST', '/sources/:name/preview', '/sources/generic/preview', { text: '{"title":"x"}' }],
  [200, 'GET', '/sources/:name/templates', '/sources/metrics/templates'],
  [
    200,
    'POST',
    '/sources/:name/templates/reset',
    '/sources/metrics/templates/reset',
    { templates: ['title'] },
  ],
  [404, 'POST', '/sources/:name/templates/reset', '/sources/metrics/templates/reset', { templates: ['x'] }],
  [422, 'POST', '/sources', '/sources', { name: 'more', pack: 'generic', chanel: 'ops' }],
  [201, 'POST', '/sources', '/sources', { name: 'more', pack: 'generic', channel: 'ops' }],
  [409, 'POST', '/sources', '/sources', { name: 'more', pack: 'generic' }],
  [200, 'PATCH', '/sources/:name', '/sources/more', { service: 'payments' }],
  [409, 'PATCH', '/sources/:name', '/sources/generic', { service: 'payments' }],
  [200, 'POST', '/sources/:name/pause', '/sources/more/pause'],
  [200, 'POST', '/sources/:name/resume', '/sources/more/resume', {}],
  [200, 'POST', '/sources/:name/rotate-key', '/sources/more/rotate-key'],
  [200, 'POST', '/sources/:name/maintenance', '/sources/more/maintenance', { mode: 'silence', for: '2h' }],
  [200, 'GET', '/sources/:name', '/sources/more'],
  [200, 'GET', '/status', '/status'],
  [409, 'POST', '/sources/:name/maintenance', '/sources/more/maintenance', { mode: 'collect' }],
  [422, 'POST', '/sources/:name/maintenance', '/sources/more/maintenance', { mode: 'silence', for: '1s' }],
  [404, 'POST', '/sources/:name/maintenance', '/sources/none/maintenance', { mode: 'silence' }],
  [200, 'DELETE', '/sources/:name/maintenance', '/sources/more/maintenance'],
  [404, 'DELETE', '/sources/:name/maintenance', '/sources/more/maintenance'],
  [200, 'DELETE', '/sources/:name', '/sources/more'],
  [404, 'DELETE', '/sources/:name', '/sources/more'],
  [201, 'POST', '/channels', '/channels', { name: 'quiet' }],
  [200, 'GET', '/channels', '/channels'],
  [200, 'GET', '/channels/:name', '/channels/quiet'],
  [200, 'PATCH', '/channels/:name', '/channels/quiet', { title: 'Quiet' }],
  [200, 'DELETE', '/channels/:name', '/channels/quiet'],
  [201, 'POST', '/services', '/services', { name: 'shop' }],
  [200, 'GET', '/services', '/services'],
  [200, 'GET', '/services/:name', '/services/shop'],
  [200, 'PATCH', '/services/:name', '/services/shop', { title: 'Shop' }],
  [200, 'DELETE', '/services/:name', '/services/shop'],
  [200, 'GET', '/integrations/kinds', '/integrations/kinds'],
  [201, 'POST', '/integrations', '/integrations', { name: 'screen', kind: 'console', channel: 'ops' }],
  [200, 'GET', '/integrations', '/integrations?channel=ops'],
  [200, 'GET', '/integrations/:name', '/integrations/wall'],
  [200, 'POST', '/integrations/:name/test', '/integrations/wall/test'],
  [200, 'POST', '/integrations/:name/preview', '/integrations/wall/preview', { event: ':evt' }],
  [200, 'POST', '/integrations/:name/preview', '/integrations/screen/preview'],
  [404, 'POST', '/integrations/:name/preview', '/integrations/wall/preview', { type: 'no.such' }],
  [200, 'POST', '/integrations/:name/explain', '/integrations/wall/explain', { event: ':evt' }],
  [404, 'POST', '/integrations/:name/explain', '/integrations/wall/explain', { type: 'no.such' }],
  [200, 'PATCH', '/integrations/:name', '/integrations/screen', { events: ['*'] }],
  [200, 'POST', '/integrations/:name/pause', '/integrations/screen/pause'],
  [200, 'POST', '/integrations/:name/resume', '/integrations/screen/resume'],
  [200, 'DELETE', '/integrations/:name', '/integrations/screen'],
  [201, 'POST', '/webhooks', '/webhooks', { name: 'extra', urls: [{ url: 'http://127.0.0.1:9/' }] }],
  [200, 'GET', '/webhooks', '/webhooks'],
  [200, 'GET', '/webhooks/:name', '/webhooks/crm'],
  [200, 'PATCH', '/webhooks/:name', '/webhooks/extra', { description: 'More' }],
  [200, 'POST', '/webhooks/:name/rotate-secret', '/webhooks/extra/rotate-secret', { overlap_ms: 60_000 }],
  [200, 'GET', '/webhooks/:name', '/webhooks/extra'],
  [200, 'POST', '/webhooks/:name/pause', '/webhooks/extra/pause'],
  [200, 'POST', '/webhooks/:name/resume', '/webhooks/extra/resume'],
  [200, 'POST', '/webhooks/:name/test', '/webhooks/crm/test', { ref: 'webhook/crm#2' }],
  [
    200,
    'POST',
    '/webhooks/:name/preview',
    '/webhooks/crm/preview',
    { ref: 'webhook/crm#2', type: 'incident.resolved' },
  ],
  [
    200,
    'PATCH',
    '/webhooks/:name',
    '/webhooks/extra',
    { filter: { any: [FILTER, { not: FILTER }] }, when: WHEN },
  ],
  [200, 'GET', '/webhooks/:name', '/webhooks/extra'],
  [200, 'POST', '/webhooks/:name/explain', '/webhooks/extra/explain', { event: ':evt' }],
  [200, 'POST', '/webhooks/verify', '/webhooks/verify', { headers: {}, body: '' }],
  [200, 'DELETE', '/webhooks/:name', '/webhooks/extra'],
  [200, 'GET', '/events/types', '/events/types'],
  [201, 'POST', '/events', '/events', { type: 'deploy.done', channel: 'ops', data: { title: 'deployed' } }],
  [200, 'GET', '/events', '/events?since=1h&sort=at&desc=false'],
  [200, 'GET', '/events/:id', '/events/:evt'],
  [200, 'POST', '/events/:id/replay', '/events/:evt/replay', { dry_run: true }],
  [200, 'POST', '/events/:id/replay', '/events/:evt/replay'],
  [200, 'POST', '/events/replay', '/events/replay', { dry_run: true, since: '1h' }],
  [200, 'POST', '/events/replay', '/events/replay', { type: 'deploy.done', limit: 1 }],
  [200, 'GET', '/incidents', '/incidents?open=true&status=triggered,acknowledged'],
  [200, 'POST', '/incidents/:id/acknowledge', '/incidents/:inc/acknowledge'],
  [409, 'POST', '/incidents/:id/acknowledge', '/incidents/:inc/acknowledge'],
  [200, 'POST', '/incidents/:id/unacknowledge', '/incidents/:inc/unacknowledge'],
  [200, 'POST', '/incidents/:id/reassign', '/incidents/:inc/reassign', { to: null }],
  [404, 'POST', '/incidents/:id/reassign', '/incidents/:inc/reassign', { to: 'user:danna' }],
  [200, 'POST', '/incidents/:id/priority', '/incidents/:inc/priority', { priority: 'p4' }],
  [200, 'POST', '/incidents/:id/notes', '/incidents/:inc/notes', { note: 'watching' }],
  [409, 'POST', '/incidents/:id/announce', '/incidents/:inc/announce'],
  [200, 'POST', '/incidents/:id/resolve', '/incidents/:inc/resolve'],
  [200, 'POST', '/incidents/:id/send', '/incidents/:inc/send', { webhook: 'crm' }],
  [400, 'POST', '/incidents/:id/send', '/incidents/:inc/send', { webhook: 'crm', integration: 'wall' }],
  [200, 'GET', '/incidents/:id', '/incidents/:inc'],
  [200, 'GET', '/deliveries', '/deliveries?status=delivered&destination=webhook/crm&search=crm'],
  [200, 'GET', '/deliveries', '/deliveries?result=2xx,error&body=x'],
  [400, 'GET', '/deliveries', '/deliveries?result=timeot'],
  [200, 'GET', '/deliveries/:id', '/deliveries/:dlv'],
  [409, 'POST', '/deliveries/:id/cancel', '/deliveries/:dlv/cancel'],
  [200, 'POST', '/deliveries/:id/resend', '/deliveries/:dlv/resend'],
  [200, 'POST', '/deliveries/redeliver', '/deliveries/redeliver', { dry_run: true, since: '1h' }],
  [200, 'POST', '/deliveries/redeliver', '/deliveries/redeliver', { status: ['failed', 'dead'] }],
  [
    200,
    'POST',
    '/deliveries/drop-held',
    '/deliveries/drop-held',
    { destination: 'webhook/crm', dry_run: true },
  ],
  [200, 'POST', '/deliveries/drop-held', '/deliveries/drop-held', { destination: 'webhook/crm' }],
  [200, 'GET', '/db', '/db'],
  [200, 'POST', '/db/check', '/db/check'],
  [200, 'POST', '/db/backup', '/db/backup', { path: BACKUP }],
  [409, 'POST', '/db/backup', '/db/backup', { path: BACKUP }],
  [200, 'POST', '/db/prune', '/db/prune', { dry_run: true }],
  [200, 'POST', '/db/prune', '/db/prune'],
  [201, 'POST', '/tokens', '/tokens', { name: 'ci', scopes: ['webhooks'], expires_in_ms: 60_000 }],
  [409, 'POST', '/tokens', '/tokens', { name: 'ci', scopes: ['read'] }],
  [422, 'POST', '/tokens', '/tokens', { name: 'C I', scopes: ['read'] }],
  [422, 'POST', '/tokens', '/tokens', { name: 'none', scopes: [] }],
  [422, 'POST', '/tokens', '/tokens', { name: 'none', scopes: ['root'] }],
  [200, 'GET', '/tokens', '/tokens?sort=last_used_at&desc=true'],
  [200, 'PATCH', '/tokens/:name', '/tokens/ci', { name: 'cd' }],
  [200, 'GET', '/tokens/:name', '/tokens/cd'],
  [404, 'GET', '/tokens/:name', '/tokens/ci'],
  [404, 'PATCH', '/tokens/:name', '/tokens/ci', { name: 'cx' }],
  [200, 'DELETE', '/tokens/:name', '/tokens/cd'],
  [404, 'DELETE', '/tokens/:name', '/tokens/cd'],
];

let served: Served;
const ids = { ':inc': '', ':evt': '', ':dlv': '' };
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const document = openApiDocument(API_ROUTES, 'test') as { components: object };
ajv.addSchema({ $id: 'relay', components: document.components });

function validator(schema: unknown) {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"relay#/components/')));
}

beforeAll(async () => {
  served = await startServed();
  const alert = { alert_uid: 'a1', title: 'Disk full', state: 'alerting', severity: 'high' };
  const taken = await ask(served.at, 'POST', served.alertPath, alert);
  expect(taken.status).toBe(202);
  ids[':inc'] = taken.json.alerts[0].incident;
  const refused = await ask(served.at, 'POST', served.alertPath, Buffer.from('{broken'), {
    'content-type': 'application/json',
  });
  expect(refused.status).toBe(400);
  const path = `/api/v1/deliveries?incident=${ids[':inc']}`;
  for (let tries = 0; ids[':dlv'] === '' && tries < 1_000; tries++) {
    const { items } = (await ask(served.at, 'GET', path)).json as { items: DeliveryItem[] };
    const delivered = items.filter((one) => one.state === 'delivered');
    if (delivered.length === 3)
      [ids[':dlv'], ids[':evt']] = [delivered[0]?.id ?? '', delivered[0]?.event ?? ''];
    await sleep(10);
  }
  expect(ids[':dlv']).toMatch(/^dlv_/);
});
afterAll(() => served.close());

describe('every answer is as the OpenAPI document says', () => {
  it('with a call for every route but the endless one', () => {
    const called = new Set(CALLS.map(([, method, route]) => `${method} ${route}`));
    const routes = API_ROUTES.filter((route) => !route.streams).map(
      (route) => `${route.method} ${route.path}`,
    );
    expect(routes.filter((route) => !called.has(route))).toEqual([]);
  });

  it.each(CALLS)('%i %s %s', async (...call) => {
    const [status, method, path, url, given] = call;
    const route = API_ROUTES.find((one) => one.method === method && one.path === path);
    const filled = Object.entries(ids).reduce((text, [name, id]) => text.replace(name, id), url);
    const isBackup = (given as { path?: string } | undefined)?.path === BACKUP;
    const named =
      (given as { event?: string } | undefined)?.event === ':evt' ? { event: ids[':evt'] } : given;
    const body = isBackup ? { path: join(served.dir, BACKUP) } : named;
    const answer = await ask(served.at, method, `/api/v1${filled}`, body);
    expect({ status: answer.status, error: answer.json.error }).toEqual({
      status,
      error: status < 300 ? undefined : expect.anything(),
    });
    const validate = validator(status < 300 ? route?.answer : { $ref: '#/components/schemas/Error' });
    validate(answer.json);
    expect(validate.errors ?? []).toEqual([]);
    if (method === 'GET') expect(answer.text).not.toContain('hunter2');
  });

  it('and none of it was a defect', () => {
    expect(served.logged.filter((line) => line.includes('defect'))).toEqual([]);
  });
});
