// How a failed conversation with a mail server is judged, and what of foreign text may stand in a mail. Tables.

import { describe, expect, it } from '@jest/globals';
import type { SmtpSettings } from '../../src/config/spec.js';
import { masked, oneLine, secretsOf } from '../../src/mail/plain.js';
import { troubleOf } from '../../src/mail/smtp.js';
import type { Destination } from '../../src/model/topology.js';

const SMTP: SmtpSettings = {
  host: 'mail.example.org',
  port: 587,
  from: 'relay@example.org',
  user: 'relay',
  password: 'hunter2-hunter2',
  tls: 'starttls',
  verifySsl: true,
};

describe('a failed conversation', () => {
  it.each([
    ['ECONNECTION', undefined, 'connect ECONNREFUSED', 'server', false],
    ['ETIMEDOUT', undefined, 'Greeting never received', 'server', false],
    ['EDNS', undefined, 'getaddrinfo ENOTFOUND', 'server', false],
    ['ETLS', undefined, 'STARTTLS is not offered', 'server', false],
    ['EAUTH', 535, '535 5.7.8 no', 'server', true],
    ['EAUTH', 454, '454 4.7.0 later', 'server', false],
    ['EENVELOPE', 550, '550 no such user', 'mail', true],
    ['EENVELOPE', 451, '451 greylisted', 'mail', false],
    ['EENVELOPE', 421, '421 closing down', 'server', false],
    ['EMESSAGE', 552, '552 mailbox full', 'mail', true],
    ['EMESSAGE', 452, '452 no room now', 'mail', false],
    ['', undefined, 'something new', 'server', false],
  ])('%s %s is the fault of the %s', (code, responseCode, message, blame, isForGood) => {
    const error = Object.assign(new Error(message), { code, ...(responseCode && { responseCode }) });
    const trouble = troubleOf(error, SMTP);
    expect(trouble).toMatchObject({ blame, isForGood });
    expect(trouble.text).toMatch(/^mail\.example\.org:587: /);
    expect(trouble.text).toContain(message);
    expect(trouble.fix).not.toBe('');
  });

  it.each([
    [
      538,
      '538 5.7.11 Encryption required for requested authentication mechanism',
      /encrypted connection only/,
    ],
    [534, '534 5.7.9 Application-specific password required', /this way of logging in/],
    [535, '535 5.7.8 no', /user name or password/],
  ])(
    'of a login answered %i says what is wanted, not always another password',
    (responseCode, response, what) => {
      const error = Object.assign(new Error('Invalid login'), { code: 'EAUTH', responseCode, response });
      const trouble = troubleOf(error, { ...SMTP, tls: 'none' });
      expect(trouble.text).toMatch(what);
      expect(trouble.text).toContain(response);
      if (responseCode === 538) expect(trouble.fix).toContain('smtp.tls: starttls');
    },
  );

  it('shows no password, however the server repeats it', () => {
    const encoded = Buffer.from('hunter2-hunter2').toString('base64');
    const response = `535 you said hunter2-hunter2 (${encoded})\r\nreally`;
    const { text } = troubleOf(Object.assign(new Error('x'), { code: 'EAUTH', response }), SMTP);
    expect(text).toContain('535 you said *** (***) really');
  });
});

describe('text from outside', () => {
  it.each([
    ['two\r\nlines\u2028and\u0000more', 'two lines and more'],
    ['  spaces \t all\u202e over ', 'spaces all over'],
    ['👩‍🚒'.repeat(3), '👩 🚒👩 🚒👩 🚒'],
    ['x'.repeat(41), `${'x'.repeat(39)}…`],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['🚒'.repeat(41), `${'🚒'.repeat(39)}…`],
  ])('%j becomes one line', (text, expected) => {
    expect(oneLine(text, 40)).toBe(expected);
  });

  it.each([
    ['{"access_token":"abc123","ok":true}', '{"access_token":"***","ok":true}'],
    ['password=abc123&x=1', 'password=***&x=1'],
    ['Authorization: Bearer abcdefgh12345', 'Authorization: ***'],
    ['got Bearer abcdefgh12345 and died', 'got Bearer *** and died'],
    ['key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw here', 'key *** here'],
    ['no secret here: 503', 'no secret here: 503'],
  ])('%j is masked', (text, expected) => {
    expect(masked(text, [])).toBe(expected);
  });

  it('is masked of every secret of the destination', () => {
    const settings = {
      url: 'https://me:pa55word@example.org/x?token=t0k3n1&page=2',
      headers: { Authorization: 'Bearer abc-def', 'X-Team': 'payments' },
      signing_keys: ['whsec_abcd'],
      auth: { client_secret: 'cl13nt', user: 'me' },
    };
    const secrets = secretsOf({ settings } as unknown as Destination);
    const body = 'pa55word t0k3n1 abc-def whsec_abcd cl13nt payments me 2';
    expect(masked(body, secrets)).toBe('*** *** *** *** *** payments me 2');
  });
});
