// A mail server that is down, refuses, or cannot be trusted: what waits is seen in status and log, is tried less and less often, survives
// a restart, and goes out as one mail when the server works again.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readStatus } from '../../src/http/view/status.js';
import { startMailServer } from './mail-server.js';
import { HOUR, type Mailing, MINUTE, SECOND, startMailing } from './mailing.js';

let mailing: Mailing;
afterEach(() => mailing?.remove());

const subjects = (): string[] => mailing.server.mails.map(({ subject }) => String(subject));
const problems = async () => (await readStatus(mailing.running.runtime)).problems;
const logged = (): string => mailing.running.logged.join('');

describe('a server that is down', () => {
  it('is told in status, tried again ever more rarely, and gets one mail with everything when it is back', async () => {
    mailing = await startMailing();
    const { port } = mailing.server;
    await mailing.server.close();
    mailing.tell();
    await mailing.pass(30 * SECOND);
    expect(await problems()).toEqual([
      {
        destination: null,
        text: expect.stringMatching(
          new RegExp(
            `^mail: 127\\.0\\.0\\.1:${port}: the connection failed: .*; 1 mail waits, next try in 15s$`,
          ),
        ),
        see: 'relay doctor',
      },
    ]);
    expect((await readStatus(mailing.running.runtime)).healthy).toBe(false);
    const failures = (): number => logged().split('could not be sent').length - 1;
    expect(failures()).toBe(1);
    mailing.tell();
    const waits = [15, 30, 60, 120, 240, 480, 900, 900].map((seconds) => seconds * SECOND);
    for (const [index, wait] of waits.entries()) {
      await mailing.pass(wait - SECOND);
      expect(failures()).toBe(index + 1);
      await mailing.pass(SECOND);
      expect(failures()).toBe(index + 2);
    }
    // Another life knows what waits.
    await mailing.restart();
    mailing.tell();
    const back = await startMailServer({ port });
    try {
      await mailing.pass(SECOND);
      expect(back.mails.map(({ subject }) => subject)).toEqual(['[Relay] webhook crm: 3 deliveries failed']);
      expect(await problems()).toEqual([]);
      await mailing.pass(2 * HOUR);
      expect(back.mails).toHaveLength(1);
    } finally {
      await back.close();
    }
  });

  it('does not stop the daemon from stopping, and does not take the failures with it', async () => {
    mailing = await startMailing();
    mailing.tell();
    mailing.clock.advance(HOUR);
    const sending = mailing.running.runtime.outbox.tick();
    await mailing.restart();
    await sending.catch(() => undefined);
    const sent = mailing.server.mails.length;
    await mailing.pass(0);
    const ids = new Set(mailing.server.mails.map(({ messageId }) => messageId));
    // Cut off before or after the server had it: told, and twice at most under one id.
    expect(mailing.server.mails.length).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(1);
    expect(ids.size).toBe(1);
  });
});

describe('a server that refuses', () => {
  beforeEach(async () => {
    mailing = await startMailing({
      webhooks: [
        { name: 'erp', urls: [{ url: 'https://erp.example.org/' }], failure_email: 'erp@example.org' },
      ],
    });
  });

  it('for now (451): the mail is tried again soon, under the same Message-ID', async () => {
    mailing.server.refuse.mail = '451 4.7.1 greylisted, come again';
    mailing.tell();
    await mailing.pass(30 * SECOND);
    expect(subjects()).toEqual([]);
    const [{ note } = { note: '' }] = await mailing.running.store.mailNotes();
    mailing.server.refuse.mail = null;
    await mailing.pass(14 * SECOND);
    expect(subjects()).toEqual([]);
    await mailing.pass(SECOND);
    expect(subjects()).toEqual(['[Relay] webhook crm: 1 delivery failed']);
    expect(mailing.server.mails[0]?.messageId).toBe(JSON.parse(note).messageId);
    expect(await problems()).toEqual([]);
  });

  it('for good (550): it is tried rarely, told in status, and holds nobody else back', async () => {
    mailing.server.refuse.recipient = (address) =>
      address === 'erp@example.org' ? '550 5.1.1 no such user' : null;
    mailing.tell({ destination: mailing.destination('webhook/erp') });
    mailing.tell();
    await mailing.pass(30 * SECOND);
    expect(subjects()).toEqual(['[Relay] webhook crm: 1 delivery failed']);
    expect(await problems()).toEqual([
      {
        destination: 'webhook/erp',
        text: expect.stringMatching(/^mail about it: .*550 5\.1\.1 no such user; next try in 5m$/),
        see: 'relay doctor',
      },
    ]);
    const before = mailing.server.tries();
    await mailing.pass(4 * MINUTE);
    expect(mailing.server.tries()).toBe(before);
    for (let hour = 0; hour < 10; hour++) await mailing.pass(HOUR);
    expect(mailing.server.tries()).toBe(before + 10);
    // A corrected address is tried at once.
    mailing.server.refuse.recipient = null;
    await mailing.running.runtime.control.reload({ dryRun: false });
    await mailing.pass(0);
    expect(subjects().slice(1)).toEqual(['[Relay] webhook erp: 1 delivery failed']);
  });

  it('one of two recipients: the other gets it, and status names who does not', async () => {
    mailing.server.refuse.recipient = (address) =>
      address === 'dana@example.org' ? '550 5.1.1 no such user' : null;
    mailing.tell();
    await mailing.pass(30 * SECOND);
    expect(mailing.server.mails[0]?.recipients).toEqual(['oncall@example.org']);
    expect(await problems()).toEqual([
      {
        destination: 'webhook/crm',
        text: 'mail about it: refused for dana@example.org: 550 5.1.1 no such user',
        see: 'relay doctor',
      },
    ]);
  });
});
