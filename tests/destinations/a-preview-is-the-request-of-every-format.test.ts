// `relay webhook preview` over a real daemon: for every format the request that was sent for the stored event, with all that is loaded.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FORMAT_NAMES } from '../../src/destinations/webhook/formats/table.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';

const BODY =
  '{"t": {{ incident.title }}, "host": {{ payload.host }}, "steps": {{ timeline | length }}, "u": {{ users }}}';
const OF_FORMAT: Readonly<Record<string, object>> = {
  template: { body: BODY },
  cloudevents: { cloudevents: { mode: 'binary' } },
  squadcast: { content_type: 'form' },
};

let receiver: Receiver;
let daemon: TestDaemon;
let event: string;

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({
    config: {
      egress: { allow: ['127.0.0.0/8'] },
      sources: [{ name: 'mine', pack: 'generic', key: '0123456789abcdef' }],
      directory: { users: [{ name: 'dana', full_name: 'Dana K.' }] },
      webhooks: FORMAT_NAMES.map((format) => ({
        name: format,
        description: `Tries ${format}`,
        urls: [{ url: receiver.url.replace('/hook', `/${format}`) }],
        events: ['incident.triggered'],
        format,
        ...OF_FORMAT[format],
      })),
    },
  });
  const { stdout } = await daemon.relay('source', 'url', 'mine');
  const answer = await fetch(stdout.trim(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"Disk \\"full\\"","host":"db-1"}',
  });
  expect(answer.status).toBe(202);
  await receiver.received(FORMAT_NAMES.length);
  const events = JSON.parse((await daemon.relay('event', 'list', '--json')).stdout).items;
  event = events.find(({ type }: { type: string }) => type === 'incident.triggered').id;
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

async function preview(format: string, ...args: string[]) {
  const { code, stdout, stderr } = await daemon.relay('webhook', 'preview', format, ...args, '--json');
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return JSON.parse(stdout).items[0];
}

/** Made anew for every attempt. */
const ofTheAttempt = (name: string) => /^webhook-/.test(name);

describe('a preview of a stored event', () => {
  it.each(FORMAT_NAMES)('in the format %s is the request that was sent for it', async (format) => {
    const sent = receiver.requests.find(({ path }) => path === `/${format}`);
    const shown = await preview(format, '--event', event);
    expect(shown.body).toBe(sent?.text);
    expect(shown.body).toMatch(/Disk/);
    for (const [name, value] of Object.entries(shown.headers))
      if (!ofTheAttempt(name)) expect([name, sent?.headers[name]]).toEqual([name, value]);
  });
});

describe('a preview of an example', () => {
  it('has a timeline and a payload too', async () => {
    const { body } = await preview('template', '--type', 'incident.resolved');
    expect(JSON.parse(body)).toEqual({
      t: 'Error rate of payments-api is high',
      host: null,
      steps: 3,
      u: { dana: expect.objectContaining({ full_name: 'Dana K.' }) },
    });
    const { items } = JSON.parse((await daemon.relay('event', 'types', '--json')).stdout);
    expect(items.filter(({ example }: { example: unknown }) => example === null)).toEqual([]);
    for (const type of ['organization.updated', 'user.updated']) {
      const { example } = items.find((item: { type: string }) => item.type === type);
      const { body } = await preview('standard', '--type', type);
      expect([type, JSON.parse(body).data]).toEqual([type, example]);
    }
    const failed = await preview('standard', '--type', 'delivery.failed');
    expect(JSON.parse(failed.body).data).toMatchObject({
      destination: 'webhook/crm',
      reason: 'answered 503',
    });
  });
});
