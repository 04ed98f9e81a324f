// `/metrics` counts the failure mails that were sent, the tries that failed, and the news that waited for a mail that was owed already.

import { afterEach, expect, it } from '@jest/globals';
import { HOUR, type Mailing, MINUTE, SECOND, startMailing } from './mailing.js';

let mailing: Mailing;
afterEach(() => mailing?.remove());

async function counts(): Promise<Record<string, number>> {
  const text = await mailing.running.runtime.metrics.metrics();
  const lines = [...text.matchAll(/^relay_failure_mails_total\{result="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(lines.map(([, result, count]) => [result, Number(count)]));
}

it('mails that were sent, and news that got none of its own', async () => {
  mailing = await startMailing();
  expect(await counts()).toEqual({ sent: 0, failed: 0, suppressed: 0 });
  mailing.tell();
  mailing.tell();
  mailing.tell();
  expect(await counts()).toEqual({ sent: 0, failed: 0, suppressed: 2 });
  await mailing.pass(30 * SECOND);
  expect(await counts()).toEqual({ sent: 1, failed: 0, suppressed: 2 });
  // Within the hour of the first mail: the first of these is owed a mail, the second goes into it.
  mailing.tell();
  mailing.tell();
  await mailing.pass(MINUTE);
  expect(await counts()).toEqual({ sent: 1, failed: 0, suppressed: 3 });
  await mailing.pass(HOUR);
  expect(await counts()).toEqual({ sent: 2, failed: 0, suppressed: 3 });
});

it('tries that failed', async () => {
  mailing = await startMailing();
  await mailing.server.close();
  mailing.tell();
  await mailing.pass(30 * SECOND);
  expect(await counts()).toEqual({ sent: 0, failed: 1, suppressed: 0 });
  await mailing.pass(HOUR);
  expect(await counts()).toEqual({ sent: 0, failed: 2, suppressed: 0 });
});

it('nothing of a webhook that mails nobody, and nothing of a recovery that nobody is told of', async () => {
  mailing = await startMailing({ webhook: { failure_email: undefined } });
  mailing.tell();
  mailing.tell();
  mailing.tell({ type: 'destination.degraded', delivery: null });
  await mailing.pass(HOUR);
  expect(await counts()).toEqual({ sent: 0, failed: 0, suppressed: 0 });
});
