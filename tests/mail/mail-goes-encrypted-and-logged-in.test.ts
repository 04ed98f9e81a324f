// TLS and login: STARTTLS is insisted on unless told otherwise, certificates are checked, and a password is never seen.

import { afterEach, expect, it } from '@jest/globals';
import { readStatus } from '../../src/http/view/status.js';
import { HOUR, type Mailing, type MailingOptions, SECOND, startMailing } from './mailing.js';

let mailing: Mailing;
afterEach(() => mailing.remove());

const PASSWORD = 'correct-horse-battery';
const LOGIN = { user: 'relay', password: PASSWORD };
const USERS = { relay: PASSWORD };

async function mailed(options: MailingOptions): Promise<string> {
  mailing = await startMailing(options);
  mailing.tell();
  await mailing.pass(30 * SECOND);
  const { problems } = await readStatus(mailing.running.runtime);
  return problems.map(({ text }) => text).join('\n');
}

it('sends by STARTTLS with a login', async () => {
  const wrong = await mailed({
    server: { tls: 'starttls', users: USERS },
    smtp: { ...LOGIN, tls: 'starttls', verify_ssl: false },
  });
  expect(wrong).toBe('');
  expect(mailing.server.mails).toMatchObject([{ user: 'relay', isEncrypted: true }]);
});

it('sends by TLS from the start', async () => {
  expect(await mailed({ server: { tls: 'implicit' }, smtp: { tls: 'implicit', verify_ssl: false } })).toBe(
    '',
  );
  expect(mailing.server.mails).toMatchObject([{ isEncrypted: true }]);
});

it('sends nothing in the clear to a server without STARTTLS', async () => {
  const wrong = await mailed({ server: { users: USERS }, smtp: { ...LOGIN, tls: 'starttls' } });
  expect(wrong).toMatch(/STARTTLS|no TLS could be agreed on/);
  expect(mailing.server.tries()).toBe(0);
});

it('does not trust a certificate that nobody vouches for', async () => {
  const wrong = await mailed({ server: { tls: 'starttls' }, smtp: { tls: 'starttls' } });
  expect(wrong).toMatch(/its certificate is not trusted/);
  expect(mailing.server.tries()).toBe(0);
});

it('tells of a wrong password, tries it rarely, and shows it nowhere', async () => {
  const smtp = { user: 'relay', password: 'wrong-staple', tls: 'starttls', verify_ssl: false };
  const wrong = await mailed({ server: { tls: 'starttls', users: USERS }, smtp });
  expect(wrong).toMatch(/it refused the user name or password: .*535.*; 1 mail waits, next try in 5m$/);
  await mailing.running.runtime.doctor();
  const all = `${wrong}${mailing.running.logged.join('')}${JSON.stringify(await mailing.running.store.mailNotes())}`;
  expect(all).not.toContain('wrong-staple');
  expect(all).not.toContain(Buffer.from('wrong-staple').toString('base64'));
  mailing.running.write(mailing.config({ ...LOGIN, tls: 'starttls', verify_ssl: false }));
  await mailing.running.runtime.control.reload({ dryRun: false });
  await mailing.pass(0);
  expect(mailing.server.mails).toHaveLength(1);
});

it('is tried by doctor, and a server that works again is used at once', async () => {
  await mailed({ server: { tls: 'starttls', users: USERS }, smtp: { ...LOGIN, tls: 'starttls' } });
  const { runtime } = mailing.running;
  const found = async () => (await runtime.doctor()).filter(({ name }) => name === 'mail');
  expect(await found()).toMatchObject([{ level: 'error', fix: expect.stringContaining('verify_ssl') }]);
  await expect(runtime.mails.sendTest('dana@example.org')).rejects.toMatchObject({
    code: 'mail.failed',
    why: expect.stringContaining('certificate'),
  });
  mailing.running.write(mailing.config({ ...LOGIN, tls: 'starttls', verify_ssl: false }));
  await runtime.control.reload({ dryRun: false });
  expect(await found()).toMatchObject([{ level: 'ok', text: `127.0.0.1:${mailing.server.port} takes mail` }]);
  expect(await runtime.mails.sendTest('dana@example.org')).toMatchObject({ answer: '250 taken' });
  expect(mailing.server.mails).toMatchObject([
    {
      subject: '[Relay] test mail',
      recipients: ['dana@example.org'],
      text: expect.stringContaining('test mail'),
    },
  ]);
  await mailing.pass(HOUR);
  expect(mailing.server.mails).toHaveLength(2);
});
