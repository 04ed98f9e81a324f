// The real daemon: what an earlier life had to tell is mailed soon after the start.

import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { systemClock } from '../../src/core/clock.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { untilTrue } from '../kit/wait.js';
import { type Mailing, startMailing } from './mailing.js';

let mailing: Mailing;
let daemon: TestDaemon;
afterEach(async () => {
  await daemon?.remove();
  await mailing?.remove();
});

it('mails it, and keeps that it was told', async () => {
  mailing = await startMailing();
  await mailing.fail('1');
  const { dir } = mailing.running;
  await mailing.running.stop();
  daemon = await startDaemon({ config: mailing.config(), dir, dataDir: join(dir, 'data') });
  await untilTrue('the mail came', () => mailing.server.mails.length > 0);
  expect(mailing.server.mails.map(({ subject }) => subject)).toEqual([
    '[Relay] webhook crm: 1 delivery failed',
  ]);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  const store = await openSqliteStore({ dir: join(dir, 'data'), clock: systemClock });
  const notes = (await store.mailNotes()).map(({ note }) => JSON.parse(note));
  await store.close();
  expect(notes).toMatchObject([
    { destination: 'webhook/crm', news: null, messageId: null, sentId: mailing.server.mails[0]?.messageId },
  ]);
  expect(mailing.server.mails).toHaveLength(1);
});
