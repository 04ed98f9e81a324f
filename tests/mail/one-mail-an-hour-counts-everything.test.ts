// At most one mail an hour for a destination, and nothing is forgotten: bursts, what comes while a mail waits, restarts, recovery.

import { afterEach, expect, it } from '@jest/globals';
import { untilTrue } from '../kit/wait.js';
import { startMailServer } from './mail-server.js';
import { HOUR, type Mailing, MINUTE, SECOND, startMailing } from './mailing.js';

let mailing: Mailing;
afterEach(() => mailing.remove());

const subjects = (): string[] => mailing.server.mails.map(({ subject }) => String(subject));

it('tells a thousand failures in one mail, and what comes within the hour in the next one', async () => {
  mailing = await startMailing();
  for (let failure = 0; failure < 1_000; failure++) mailing.tell();
  await mailing.pass(30 * SECOND);
  expect(subjects()).toEqual(['[Relay] webhook crm: 1000 deliveries failed']);
  for (let failure = 0; failure < 7; failure++) {
    await mailing.pass(5 * MINUTE);
    mailing.tell();
  }
  await mailing.pass(25 * MINUTE - SECOND);
  expect(subjects()).toHaveLength(1);
  await mailing.pass(SECOND);
  expect(subjects().slice(1)).toEqual(['[Relay] webhook crm: 7 deliveries failed']);
  const [first, second] = mailing.server.mails;
  expect(second?.text).toContain('1007 deliveries failed since 2026-01-31 10:00:00 UTC');
  expect(second?.inReplyTo).toBe(first?.messageId);
  await mailing.pass(HOUR);
  expect(subjects()).toHaveLength(2);
});

it('keeps what it has to tell, and when it last told, over restarts', async () => {
  mailing = await startMailing();
  mailing.tell();
  mailing.tell();
  await mailing.restart();
  mailing.tell();
  await mailing.pass(30 * SECOND);
  expect(subjects()).toEqual(['[Relay] webhook crm: 3 deliveries failed']);
  mailing.tell();
  await mailing.restart();
  await mailing.pass(HOUR - SECOND);
  expect(subjects()).toHaveLength(1);
  await mailing.pass(SECOND);
  expect(subjects()).toEqual([
    '[Relay] webhook crm: 3 deliveries failed',
    '[Relay] webhook crm: 1 delivery failed',
  ]);
});

it('forgets nothing that comes while a mail is on its way', async () => {
  mailing = await startMailing();
  mailing.tell();
  mailing.clock.advance(30 * SECOND);
  let isSending = true;
  let told = 1;
  const sending = mailing.running.runtime.outbox.tick().finally(() => {
    isSending = false;
  });
  while (isSending) {
    mailing.tell();
    told += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sending;
  expect(told).toBeGreaterThan(2);
  await mailing.restart();
  await mailing.pass(HOUR);
  const counts = subjects().map((subject) => Number(/(\d+) deliver/.exec(subject)?.[1]));
  expect(counts).toHaveLength(2);
  expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(told);
});

it('counts deliveries that were given up together while their destination was only probed', async () => {
  mailing = await startMailing({ webhook: { retry: { max: 0 }, concurrency: 1, give_up_after: '10m' } });
  for (let one = 0; one < 20; one++)
    await mailing.running.alert('app', { id: `${one}`, title: `Alert ${one}` });
  const { engine } = mailing.running.runtime;
  await untilTrue('it is probed only', () => engine.laneState('webhook/crm')?.consecutiveFailures === 5);
  const givenUp = async (): Promise<number> =>
    (await mailing.running.store.listDeliveries({ status: ['failed', 'dead'], destination: 'webhook/crm' }))
      .items.length;
  mailing.clock.advance(11 * MINUTE);
  await untilTrue('all are given up', async () => {
    engine.wake();
    return (await givenUp()) === 20;
  });
  const noted = async (): Promise<number> =>
    JSON.parse((await mailing.running.store.mailNotes())[0]?.note ?? '{}').news?.failures?.count ?? 0;
  await untilTrue('all are noted', async () => (await noted()) === 20);
  await mailing.pass(30 * SECOND);
  expect(subjects()).toEqual(['[Relay] webhook crm: 20 deliveries failed']);
  expect(mailing.server.mails[0]?.text).toMatch(/relay delivery redeliver --webhook crm$/m);
});

it('sends the same mail again, by its Message-ID, after a crash between the sending and the writing down', async () => {
  mailing = await startMailing();
  mailing.tell();
  mailing.clock.advance(30 * SECOND);
  const { store } = mailing.running;
  const sending = mailing.running.runtime.outbox.tick();
  const kept = await untilTrue('it is noted under which id it goes', async () => {
    const notes = await store.mailNotes();
    return notes[0] !== undefined && JSON.parse(notes[0].note).messageId !== null ? notes : null;
  });
  expect(JSON.parse(kept[0]?.note as string).news.failures.count).toBe(1);
  await sending;
  await mailing.pass(0);
  // As a crash would have left it.
  await store.putMailNotes(kept);
  await mailing.restart();
  mailing.tell();
  await mailing.pass(0);
  expect(subjects()).toEqual([
    '[Relay] webhook crm: 1 delivery failed',
    '[Relay] webhook crm: 2 deliveries failed',
  ]);
  expect(new Set(mailing.server.mails.map(({ messageId }) => messageId)).size).toBe(1);
  mailing.tell();
  await mailing.pass(HOUR - SECOND);
  expect(subjects()).toHaveLength(2);
});

it('is not kept from telling by a clock that was a day ahead', async () => {
  mailing = await startMailing();
  mailing.clock.advance(24 * HOUR);
  mailing.tell();
  await mailing.pass(30 * SECOND);
  expect(subjects()).toHaveLength(1);
  mailing.tell();
  await mailing.pass(-24 * HOUR);
  await mailing.pass(HOUR - SECOND);
  expect(subjects()).toHaveLength(1);
  await mailing.pass(SECOND);
  expect(subjects()).toHaveLength(2);
});

it('tries a server again soon, though the clock was a day ahead when it failed', async () => {
  mailing = await startMailing();
  const { port } = mailing.server;
  await mailing.server.close();
  mailing.clock.advance(24 * HOUR);
  mailing.tell();
  await mailing.pass(30 * SECOND);
  const back = await startMailServer({ port });
  try {
    await mailing.pass(-24 * HOUR);
    expect(mailing.running.runtime.outbox.problems()).toHaveLength(1);
    await mailing.pass(30 * SECOND);
    expect(back.mails).toHaveLength(1);
    expect(mailing.running.runtime.outbox.problems()).toEqual([]);
  } finally {
    await back.close();
  }
});

it('holds back each destination by itself', async () => {
  mailing = await startMailing({
    webhooks: [
      { name: 'erp', urls: [{ url: 'https://erp.example.org/' }], failure_email: 'erp@example.org' },
    ],
  });
  mailing.tell();
  await mailing.pass(30 * SECOND);
  mailing.tell();
  mailing.tell({ destination: mailing.destination('webhook/erp') });
  await mailing.pass(30 * SECOND);
  expect(subjects()).toEqual([
    '[Relay] webhook crm: 1 delivery failed',
    '[Relay] webhook erp: 1 delivery failed',
  ]);
});

it('tells that a destination was disabled, and that it has recovered', async () => {
  mailing = await startMailing();
  mailing.receiver.answer({ status: 410, body: 'moved away' });
  await mailing.fail('1');
  await mailing.pass(30 * SECOND);
  expect(subjects()).toEqual(['[Relay] webhook crm: disabled, 1 delivery failed']);
  expect(mailing.server.mails[0]?.text).toMatch(/disabled {2,}2026-01-31 10:00:00 UTC: .*410/);
  expect(mailing.server.mails[0]?.text).toContain('relay webhook resume crm');
  mailing.receiver.answer({ status: 200 });
  await mailing.running.runtime.control.setPaused('webhook', 'crm', false);
  await mailing.running.alert('app', { id: '2', title: 'Alert 2' });
  await untilTrue('the recovery is noted', async () =>
    (await mailing.running.store.mailNotes()).some(({ note }) => JSON.parse(note).news?.recovered),
  );
  await mailing.pass(HOUR);
  expect(subjects().slice(1)).toEqual(['[Relay] webhook crm: recovered']);
  await mailing.pass(2 * HOUR);
  expect(subjects()).toHaveLength(2);
  // Nothing is left to tell: nothing is kept.
  expect(await mailing.running.store.mailNotes()).toEqual([]);
});

it('says nothing of a recovery when there was no failure to tell of', async () => {
  mailing = await startMailing();
  mailing.tell({ type: 'destination.degraded', delivery: null });
  mailing.tell({ type: 'destination.recovered', delivery: null });
  await mailing.pass(HOUR);
  expect(subjects()).toEqual([]);
  mailing.tell();
  mailing.tell({ type: 'destination.recovered', delivery: null });
  await mailing.pass(30 * SECOND);
  expect(subjects()).toEqual(['[Relay] webhook crm: recovered, 1 delivery failed']);
});

it('counts anew once a delivery has arrived, without a word of recovery when it was never degraded', async () => {
  mailing = await startMailing();
  await mailing.fail('1');
  await mailing.pass(30 * SECOND);
  mailing.receiver.answer({ status: 200 });
  await mailing.running.alert('app', { id: '2', title: 'Alert 2' });
  await untilTrue('the delivery is noted', async () =>
    (await mailing.running.store.mailNotes()).every(({ note }) => JSON.parse(note).trouble === null),
  );
  mailing.receiver.answer({ status: 500 });
  await mailing.fail('3');
  await mailing.pass(HOUR);
  expect(subjects()).toEqual([
    '[Relay] webhook crm: 1 delivery failed',
    '[Relay] webhook crm: 1 delivery failed',
  ]);
  expect(mailing.server.mails[1]?.text).not.toContain('in all');
});

it('forgets what it had to tell of a webhook that mails nobody any more', async () => {
  mailing = await startMailing();
  mailing.tell();
  const config = mailing.config();
  const [crm] = config.webhooks as Record<string, unknown>[];
  const { failure_email: _gone, ...quiet } = crm as Record<string, unknown>;
  mailing.running.write({ ...config, webhooks: [quiet] });
  await mailing.running.runtime.control.reload({ dryRun: false });
  await mailing.pass(HOUR);
  expect(subjects()).toEqual([]);
  expect(await mailing.running.store.mailNotes()).toEqual([]);
});
