// Whom Relay trusts and whom it says it is: real TLS servers with certificates that are right, expired, for another name, of an unknown
// authority, and one that asks for ours.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TlsIdentity } from '../../../src/destinations/driver.js';
import { aPost, aTransport } from './sending.js';
import { AUTHORITY, pem, startTlsReceiver, type TlsReceiver } from './tls-receiver.js';

const TRUSTED: TlsIdentity = { ca: AUTHORITY };
const OURS: TlsIdentity = { ca: AUTHORITY, cert: pem('relay.cert'), key: pem('relay.key') };

describe('a certificate', () => {
  const transport = aTransport();
  let right: TlsReceiver;
  let expired: TlsReceiver;
  let elsewhere: TlsReceiver;
  let asking: TlsReceiver;

  beforeAll(async () => {
    right = await startTlsReceiver('receiver');
    expired = await startTlsReceiver('expired');
    elsewhere = await startTlsReceiver('elsewhere');
    asking = await startTlsReceiver('receiver', { requestCert: true, ca: AUTHORITY });
  });
  afterAll(async () => {
    await transport.close();
    await Promise.all([right, expired, elsewhere, asking].map((receiver) => receiver?.close()));
  });

  const sent = (receiver: TlsReceiver, tls?: TlsIdentity, change = {}) =>
    transport.send(
      aPost(`https://localhost:${receiver.port}/`, { ...(tls === undefined ? {} : { tls }), ...change }),
      5_000,
    );

  it('of an authority of our own is taken, and refused without it', async () => {
    expect(await sent(right, TRUSTED)).toMatchObject({ status: 200, body: 'taken', error: null });
    const refused = await sent(right);
    expect(refused).toMatchObject({ status: null, error: { code: 'tls' } });
    expect(refused.error?.message).toMatch(/^localhost:\d+: the TLS connection could not be made \(/);
  });

  it('that has expired is refused, and said so', async () => {
    const answer = await sent(expired, TRUSTED);
    expect(answer.error).toMatchObject({ code: 'tls', message: expect.stringContaining('expired') });
  });

  it('for another name is refused', async () => {
    const answer = await sent(elsewhere, TRUSTED);
    expect(answer.error).toMatchObject({ code: 'tls', message: expect.stringContaining('elsewhere.test') });
  });

  it('of any kind is taken where it is not to be checked, and nowhere else', async () => {
    for (const receiver of [expired, elsewhere]) {
      expect(await sent(receiver, undefined, { verifyTls: false })).toMatchObject({ status: 200 });
      expect((await sent(receiver)).error?.code).toBe('tls');
    }
  });

  it('of ours is shown to a receiver that asks for it', async () => {
    expect(await sent(asking, OURS)).toMatchObject({ status: 200 });
    expect(asking.clients.at(-1)).toBe('relay');
    const locked = { ...OURS, key: pem('relay-locked.key'), passphrase: 'opensesame' };
    expect(await sent(asking, locked)).toMatchObject({ status: 200 });
    expect(asking.clients.at(-1)).toBe('relay');
  });

  it('of ours that is missing, or of a stranger, is the fault `tls` or `reset`', async () => {
    for (const identity of [TRUSTED, { ...TRUSTED, cert: pem('receiver.cert'), key: pem('receiver.key') }]) {
      const before = asking.clients.length;
      const answer = await sent(asking, identity);
      expect(answer.status).toBeNull();
      expect(['tls', 'reset']).toContain(answer.error?.code);
      expect(asking.clients.length).toBe(before);
    }
  });

  it('and key that cannot be read are a failed attempt, not a crash', async () => {
    const answer = await sent(asking, { ca: AUTHORITY, cert: 'no PEM', key: 'no PEM' });
    expect(answer).toMatchObject({ status: null, error: { code: expect.any(String) } });
    const noPassphrase = await sent(asking, { ...OURS, key: pem('relay-locked.key') });
    expect(noPassphrase).toMatchObject({ status: null, error: { code: expect.any(String) } });
  });

  it('is never mixed up: each identity has connections of its own, kept over a reload', async () => {
    const before = asking.connections();
    for (let count = 0; count < 8; count++) await sent(asking, { ...OURS });
    // Two, because the next request may begin before undici has put the first connection back.
    expect(asking.connections() - before).toBeLessThanOrEqual(2);
    const kept = asking.connections();
    await sent(asking, { ...OURS, ca: `${AUTHORITY}\n` });
    expect(asking.connections() - kept).toBe(1);
    expect((await sent(asking, TRUSTED)).status).toBeNull();
  });
});
