// The mail about a failed delivery: who gets it, what it says, what it must not say, and that its commands find what failed.

import { afterEach, expect, it } from '@jest/globals';
import { HOUR, type Mailing, SECOND, SECRET, START, startMailing } from './mailing.js';

let mailing: Mailing;
afterEach(() => mailing.remove());

const header = (mail: Mailing['server']['mails'][number] | undefined, key: string): string | undefined =>
  mail?.headerLines.find((line) => line.key === key)?.line;

it('goes to everybody named, says what failed and what to do, and marks itself as a machine’s mail', async () => {
  mailing = await startMailing();
  await mailing.fail('1');
  await mailing.pass(29 * SECOND);
  expect(mailing.server.mails).toEqual([]);
  await mailing.pass(SECOND);
  const [mail, ...others] = mailing.server.mails;
  expect(others).toEqual([]);
  const [delivery] = (await mailing.running.store.listDeliveries({})).items;
  expect(mail).toMatchObject({
    subject: '[Relay] webhook crm: 1 delivery failed',
    from: { text: '"Relay" <relay@example.org>' },
    to: { text: 'oncall@example.org, dana@example.org' },
    recipients: ['oncall@example.org', 'dana@example.org'],
    date: new Date(START + 30 * SECOND),
    messageId: expect.stringMatching(/^<[0-9a-f-]{36}@example\.org>$/),
  });
  expect(header(mail, 'auto-submitted')).toBe('Auto-Submitted: auto-generated');
  expect(header(mail, 'list-id')).toMatch(/^List-Id: <webhook-crm\.relay\.localhost>$/i);
  expect(header(mail, 'x-relay-webhook')).toBe('X-Relay-Webhook: crm');
  expect(header(mail, 'x-relay-events')).toBe('X-Relay-Events: delivery.failed');
  const since = '--since 2026-01-31T10:00:00Z';
  for (const said of [mail?.text, String(mail?.html)]) {
    expect(said).toContain('1 delivery, since 2026-01-31 10:00:00 UTC');
    expect(said).toContain(`incident.triggered (${delivery?.event})`);
    expect(said).toContain('503: the database is down');
    expect(said).toContain('1 failed and not delivered, 0 waiting');
    expect(said).toContain(`relay delivery list --webhook crm --status failed,dead ${since}`);
    expect(said).toContain(`relay delivery redeliver --webhook crm ${since}`);
    expect(said).toContain(`relay delivery show ${delivery?.id} --body`);
  }
  const found = await mailing.running.store.listDeliveries({
    destination: 'webhook/crm',
    status: ['failed', 'dead'],
    since: Date.parse('2026-01-31T10:00:00Z'),
  });
  expect(found.items.map(({ id }) => id)).toEqual([delivery?.id]);
});

it('counts no test among what failed: it is never sent again', async () => {
  mailing = await startMailing();
  const test = await mailing.running.runtime.test('webhook/crm');
  expect(test.outcome).toBe('retry');
  await mailing.fail('1');
  await mailing.pass(30 * SECOND);
  expect(mailing.server.mails[0]?.text).toContain('1 failed and not delivered, 0 waiting');
});

it('tells no secret that the receiver echoes, and nothing that the receiver writes becomes a header or HTML', async () => {
  mailing = await startMailing();
  const body = `you sent ${SECRET}, {"password": "hunter2-hunter2"}\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script>\u0007\u202e${'x'.repeat(5_000)}`;
  mailing.receiver.answer({ status: 500, body });
  await mailing.fail('1');
  await mailing.pass(30 * SECOND);
  const [mail] = mailing.server.mails;
  expect(mail?.recipients).toEqual(['oncall@example.org', 'dana@example.org']);
  expect(header(mail, 'bcc')).toBeUndefined();
  expect(mail?.text).toContain(
    '500: you sent Bearer ***, {"password": "***"} Bcc: victim@example.org <script>',
  );
  expect(mail?.text).not.toMatch(/s3cret-of-the-crm|hunter2/);
  expect(mail?.text).not.toContain('\u0007');
  expect(mail?.text).not.toContain('\u202e');
  expect(String(mail?.html)).toContain('&lt;script&gt;');
  expect(String(mail?.html)).not.toMatch(/<script|hunter2|s3cret-of/);
  expect(mail?.raw.length).toBeLessThan(8_000);
});

it('names the one URL of a webhook that has several, quoted for the shell', async () => {
  mailing = await startMailing({
    webhooks: [
      {
        name: 'erp',
        urls: [{ url: 'https://erp.example.org/' }, { url: 'https://erp.example.org/2?token=t0k3n-of-erp' }],
        failure_email: 'erp@example.org',
      },
    ],
  });
  mailing.tell({ destination: mailing.destination('webhook/erp#2') });
  await mailing.pass(30 * SECOND);
  const [mail] = mailing.server.mails;
  expect(mail?.recipients).toEqual(['erp@example.org']);
  expect(mail?.subject).toBe('[Relay] webhook erp#2: 1 delivery failed');
  expect(mail?.text).toContain("relay delivery redeliver --destination 'webhook/erp#2' --since");
  expect(mail?.text).toContain('https://erp.example.org/2?token=***');
  expect(mail?.raw).not.toContain('t0k3n');
});

it('is not sent for webhooks that name nobody, and a failed mail or delivery of it makes no event of its own', async () => {
  mailing = await startMailing({
    webhooks: [{ name: 'quiet', urls: [{ url: 'https://quiet.example.org/' }], events: ['deploy.done'] }],
  });
  mailing.tell({ destination: mailing.destination('webhook/quiet') });
  await mailing.pass(HOUR);
  expect(mailing.server.tries()).toBe(0);
  await mailing.fail('1');
  mailing.server.refuse.mail = '554 no';
  const before = (await mailing.running.store.listEvents({})).items.map(({ type }) => type).sort();
  expect(before).toEqual(['delivery.failed', 'incident.triggered']);
  for (let hour = 0; hour < 5; hour++) await mailing.pass(HOUR);
  expect(mailing.server.tries()).toBeGreaterThan(2);
  expect((await mailing.running.store.listEvents({})).items).toHaveLength(2);
});

it('counts what was refused for good among what failed and was not delivered', async () => {
  mailing = await startMailing({ webhook: { retry: { max: 0, on: 'transient' } } });
  await mailing.fail('1');
  mailing.receiver.answer({ status: 422 });
  await mailing.fail('2');
  await mailing.pass(30 * SECOND);
  const { items } = await mailing.running.store.listDeliveries({ destination: 'webhook/crm' });
  expect(items.map(({ state }) => state).sort()).toEqual(['dead', 'failed']);
  expect(mailing.server.mails[0]?.text).toContain('2 failed and not delivered, 0 waiting');
});
