// `smtp` and `failure_email`: what is taken, what is refused with which fix, what is shown, and that the command line works them.

import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfigText } from '../../src/config/load.js';
import { exportConfig, showConfig } from '../../src/config/show.js';
import type { LoadedConfig } from '../../src/config/spec.js';
import { buildTopology } from '../../src/config/topology.js';
import { validateObject } from '../../src/config/validate-object.js';
import { loadPacks } from '../../src/sources/pack/pack-loader.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type MailServer, startMailServer } from './mail-server.js';

const SMTP = 'smtp: { host: mail.example.org, from: relay@example.org';
const load = (text: string, variables: Record<string, string> = {}) =>
  loadConfigText(text, '/nowhere/relay.yaml', { variables });
function configOf(text: string, variables: Record<string, string> = {}): LoadedConfig {
  const result = load(text, variables);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.config;
}
const diagnosticsOf = (text: string) => {
  const result = load(text);
  const found = result.ok ? result.config.warnings : result.diagnostics;
  return found.map(({ severity, code, message, fix, at }) => ({
    severity,
    code,
    message,
    fix,
    line: at.line,
  }));
};
const CRM = { name: 'crm', urls: [{ url: 'https://crm.example.org/' }] };

describe('smtp', () => {
  it.each([
    [`${SMTP} }`, { port: 587, tls: 'starttls' }],
    [`${SMTP}, port: 465 }`, { port: 465, tls: 'implicit' }],
    [`${SMTP}, tls: implicit }`, { port: 465, tls: 'implicit' }],
    [`${SMTP}, port: 25 }`, { port: 25, tls: 'starttls' }],
    [`${SMTP}, port: 25, tls: none }`, { port: 25, tls: 'none' }],
  ])('%s', (text, expected) => {
    expect(configOf(text).smtp).toEqual({
      host: 'mail.example.org',
      from: 'relay@example.org',
      user: null,
      password: null,
      verifySsl: true,
      ...expected,
    });
  });

  it('takes its password from the environment and shows it nowhere', () => {
    const config = configOf(`${SMTP}, user: env:WHO, password: env:SMTP_PASSWORD }`, {
      WHO: 'relay',
      SMTP_PASSWORD: 'hidden-in-the-environment',
    });
    expect(config.smtp).toMatchObject({ user: 'relay', password: 'hidden-in-the-environment' });
    for (const shown of [showConfig(config), exportConfig(config, [])]) {
      expect(shown).toContain('password: env:SMTP_PASSWORD');
      expect(shown).not.toContain('hidden');
    }
    const inline = configOf(`${SMTP}, user: relay, password: hidden-in-plain-text }`);
    expect(inline.warnings).toMatchObject([{ code: 'inline_secret' }]);
    expect(showConfig(inline)).toContain('password: "***"');
    expect(exportConfig(inline, [])).toContain('password: env:RELAY_SMTP_PASSWORD');
    expect(exportConfig(inline, [])).toMatch(/^# {3}RELAY_SMTP_PASSWORD$/m);
    expect(`${showConfig(inline)}${exportConfig(inline, [])}`).not.toContain('hidden');
  });

  it('wants user and password together, and warns of a password in the clear', () => {
    expect(diagnosticsOf(`${SMTP}, user: relay }`)).toMatchObject([
      {
        severity: 'error',
        message: '"user" in smtp is given without "password"',
        fix: 'add: password: env:SMTP_PASSWORD',
      },
    ]);
    const clear = diagnosticsOf(`${SMTP}, user: relay, password: abcdef, tls: none }`);
    expect(clear.filter(({ code }) => code === 'insecure_mail')).toMatchObject([{ severity: 'warning' }]);
    expect(diagnosticsOf(`${SMTP}, user: relay, password: env:NOT_SET }`)).toMatchObject([
      { severity: 'error', code: 'missing_secret' },
    ]);
  });
});

describe('failure_email', () => {
  it('without smtp is an error that says what to add', () => {
    const text =
      'webhooks:\n  - name: crm\n    urls: [{ url: "https://crm.example.org/" }]\n    failure_email: a@example.org\n';
    expect(diagnosticsOf(text)).toEqual([
      {
        severity: 'error',
        code: 'missing_key',
        message: 'failure_email of webhook "crm" needs a mail server, and the config has no smtp',
        fix: 'add at the top of the config: smtp: { host: mail.example.org, from: relay@example.org }',
        line: 4,
      },
    ]);
    expect(diagnosticsOf(`${SMTP} }\n${text}`)).toEqual([]);
  });

  it('is refused the same way for objects made by CLI or API', () => {
    const environment = { variables: {}, folder: '/', origin: 'api' as const };
    const spec = { ...CRM, failure_email: ['a@example.org'] };
    expect(validateObject('webhook', spec, { ...environment, hasSmtp: false })).toMatchObject({
      ok: false,
      problems: [{ path: 'failure_email', fix: expect.stringContaining('smtp:') }],
    });
    expect(validateObject('webhook', spec, { ...environment, hasSmtp: true })).toMatchObject({ ok: true });
    const bad = { ...CRM, failure_email: ['a@example.org', 'a@b.org\nBcc: c@d.org'] };
    expect(validateObject('webhook', bad, { ...environment, hasSmtp: true })).toMatchObject({ ok: false });
  });

  it('is one address or several, each once, at every URL of the webhook', () => {
    const config = configOf(
      `${SMTP} }\nwebhooks:\n  - { name: a, urls: [{ url: "https://a.example/" }, { url: "https://a.example/2" }], failure_email: [x@a.org, y@a.org, x@a.org] }\n  - { name: b, urls: [{ url: "https://b.example/" }], failure_email: x@b.org }\n  - { name: c, urls: [{ url: "https://c.example/" }] }`,
    );
    const packs = loadPacks([]);
    const secrets = ['a', 'b', 'c'].map((name) => ({
      noun: 'webhook' as const,
      name,
      purpose: 'signing' as const,
      value: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
      createdAt: 0,
      expiresAt: null,
    }));
    const { topology } = buildTopology({
      config,
      stored: [],
      secrets,
      snapshots: [],
      paused: new Set(),
      packs,
      now: 1,
    });
    const mailed = [...topology.destinations.values()].map(({ ref, failureEmail }) => [ref, failureEmail]);
    expect(mailed).toEqual([
      ['webhook/a', ['x@a.org', 'y@a.org']],
      ['webhook/a#2', ['x@a.org', 'y@a.org']],
      ['webhook/b', ['x@b.org']],
      ['webhook/c', undefined],
    ]);
  });
});

describe('the command line', () => {
  let daemon: TestDaemon;
  let server: MailServer;
  afterEach(async () => {
    await daemon?.remove();
    await server?.close();
  });

  it('sets failure_email, tries the mail server, and sends a test mail', async () => {
    server = await startMailServer();
    const smtp = { host: '127.0.0.1', port: server.port, from: 'relay@example.org', tls: 'none' };
    daemon = await startDaemon({ config: { smtp } });
    const url = ['--url', 'http://127.0.0.1:9/hook'];
    const added = await daemon.relay('webhook', 'add', 'crm', ...url, '--failure-email', 'a@example.org');
    expect(added).toMatchObject({ code: 0 });
    expect((await daemon.relay('webhook', 'show', 'crm')).stdout).toMatch(/failure email +a@example\.org/);
    const doctor = await daemon.relay('doctor', '--mail-to', 'dana@example.org');
    expect(doctor.stdout).toMatch(new RegExp(`ok +mail +127\\.0\\.0\\.1:${server.port} takes mail`));
    expect(doctor.stdout).toMatch(/ok +test mail +to dana@example\.org: .* took it: 250 taken/);
    expect(doctor.code).toBe(0);
    expect(server.mails).toMatchObject([{ subject: '[Relay] test mail', recipients: ['dana@example.org'] }]);
    await server.close();
    const broken = await daemon.relay('doctor', '--mail-to', 'dana@example.org', '--json');
    expect(broken.code).toBe(1);
    const failed = (JSON.parse(broken.stdout).checks as { name: string; level: string }[])
      .filter(({ level }) => level === 'error')
      .map(({ name }) => name);
    expect(failed).toEqual(['mail', 'test mail']);
  });
});
