// The secret of a webhook that stands in the config file, with the real daemon and CLI: one that Relay makes is told of and never logged; one's
// own, kept in files, is rotated with both signing in between; what `config validate` prints holds none.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { parse, stringify } from 'yaml';
import { newSigningKey } from '../../src/core/signing.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';

const [OLD, NEW] = [newSigningKey(), newSigningKey()];
let daemon: TestDaemon;
let receiver: Receiver;

const crm = (more: Record<string, unknown>) => ({ name: 'crm', urls: [{ url: receiver.url }], ...more });

async function reload(webhooks: readonly unknown[]): Promise<string> {
  const config = parse(readFileSync(daemon.configPath, 'utf8'));
  writeFileSync(daemon.configPath, stringify({ ...config, webhooks }));
  const ran = await daemon.relay('config', 'reload');
  expect(ran.code).toBe(0);
  return ran.stderr;
}

async function verifiedBy(...secrets: string[]): Promise<boolean[]> {
  expect((await daemon.relay('webhook', 'test', 'crm')).code).toBe(0);
  const { text, headers } = receiver.requests.at(-1) as (typeof receiver.requests)[number];
  return secrets.map((secret) => {
    try {
      new Webhook(secret).verify(text, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  });
}

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({ config: { webhooks: [crm({})] } });
  writeFileSync(join(dirname(daemon.configPath), 'old.txt'), `${OLD}\n`);
  writeFileSync(join(dirname(daemon.configPath), 'new.txt'), `${NEW}\n`);
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

it('that Relay makes is told of at the start, by the reload and by show, and is in none of them', async () => {
  const said = 'made a signing secret for webhook crm: relay webhook rotate-secret crm shows a new one';
  expect(daemon.stderr()).toContain(said);
  const hint = await reload([crm({}), { ...crm({}), name: 'erp' }]);
  expect(hint).toMatch(
    /note: made a signing secret for webhook erp: .* webhook rotate-secret erp shows a new one/,
  );
  const shown = await daemon.relay('webhook', 'show', 'erp');
  expect(shown.stdout).toMatch(/the secret is not shown again; a new one: .* webhook rotate-secret erp/);
  expect(daemon.stderr() + hint + shown.stdout).not.toContain('whsec_');
  const rotated = await daemon.relay('webhook', 'rotate-secret', 'crm');
  const secret = /whsec_\S+/.exec(rotated.stdout)?.[0] as string;
  expect(await verifiedBy(secret)).toEqual([true]);
});

it('of one’s own is rotated by listing the new one before the old one, and taking the old one out', async () => {
  await reload([crm({ secret: 'file:old.txt' })]);
  expect(await verifiedBy(OLD, NEW)).toEqual([true, false]);
  const refused = await daemon.relay('webhook', 'rotate-secret', 'crm');
  expect([refused.code !== 0, refused.stderr]).toEqual([
    true,
    expect.stringContaining('secret: [env:NEW, env:OLD]'),
  ]);
  await reload([crm({ secret: ['file:new.txt', 'file:old.txt'] })]);
  expect(await verifiedBy(OLD, NEW)).toEqual([true, true]);
  const shown = await daemon.relay('webhook', 'show', 'crm');
  expect(shown.stdout).toMatch(/v1 file:new\.txt {2}given\n +v1 file:old\.txt {2}given\n/);
  await reload([crm({ secret: 'file:new.txt' })]);
  expect(await verifiedBy(OLD, NEW)).toEqual([false, true]);
});

it('that stands in the file itself is not printed by `config validate`', async () => {
  const config = parse(readFileSync(daemon.configPath, 'utf8'));
  const path = join(dirname(daemon.configPath), 'plain.yaml');
  writeFileSync(path, stringify({ ...config, webhooks: [crm({ secret: [NEW, OLD] })] }));
  const valid = await daemon.relay('config', 'validate', path);
  expect([valid.code, valid.stdout]).toEqual([0, expect.stringContaining('holds a secret in plain text')]);
  writeFileSync(path, stringify({ ...config, webhooks: [crm({ secert: NEW })] }));
  const invalid = await daemon.relay('config', 'validate', path);
  expect([invalid.code, invalid.stdout]).toEqual([3, expect.stringContaining('did you mean "secret"?')]);
  for (const secret of [NEW, OLD])
    expect(valid.stdout + invalid.stdout + invalid.stderr).not.toContain(secret);
});
