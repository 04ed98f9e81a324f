// docs/webhooks.md shows a body for every format: each must be what the driver builds for the example event.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfigText } from '../../src/config/load.js';
import { newSigningKey } from '../../src/core/signing.js';
import { FORMAT_NAMES } from '../../src/destinations/webhook/formats/table.js';
import type { OutgoingWebhookSettings } from '../../src/destinations/webhook/outgoing.js';
import type { RelayEvent } from '../../src/model/event.js';
import { EXAMPLE_PAYLOAD, exampleEvent, exampleTimeline } from '../../src/model/event-examples.js';
import { built } from './built.js';

const PATH = join(import.meta.dirname, '..', '..', 'docs', 'webhooks.md');
const PAGE = readFileSync(PATH, 'utf8');
/** What stands between a heading and the next of its kind. */
const sectionOf = (heading: string): string => PAGE.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
const blocksOf = (section: string, language: string): string[] =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (match) => match[1] as string,
  );

const PARTS: Readonly<Record<string, { type: string; settings?: Partial<OutgoingWebhookSettings> }>> = {
  standard: { type: 'incident.acknowledged' },
  simple: { type: 'incident.acknowledged' },
  squadcast: { type: 'incident.acknowledged' },
  squadcast_v2: { type: 'incident.acknowledged' },
  cloudevents: { type: 'incident.acknowledged' },
  template: { type: 'incident.acknowledged' },
};

const LANGUAGES = ['Node', 'Python', 'Go', 'shell'];
const pem = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', 'delivery', 'fixtures', 'tls', `${name}.pem`), 'utf8');
/** What the page takes from the environment. */
const VARIABLES = {
  ERP_SECRET: newSigningKey(),
  ERP_SECRET_NEW: newSigningKey(),
  LEDGER_CLIENT_SECRET: 'a-secret',
  SMTP_PASSWORD: 'a-password',
  RELAY_CERT: pem('relay.cert'),
  RELAY_KEY: pem('relay.key'),
  PRIVATE_CA: pem('authority.cert'),
};

const DIRECTORY = {
  users: new Map([
    [
      'dana',
      {
        name: 'dana',
        fullName: 'Dana K.',
        email: 'dana@example.org',
        phone: null,
        organization: 'acme',
        channel: null,
      },
    ],
  ]),
  organizations: new Map([['acme', { name: 'acme', title: 'Acme' }]]),
  services: new Map([
    [
      'payments-api',
      { name: 'payments-api', title: 'Payments API', assignee: 'user:dana', origin: 'file' as const },
    ],
  ]),
  channels: new Map([['ops', { name: 'ops', title: 'Operations', origin: 'file' as const }]]),
  packTitles: new Map([['datadog', 'Datadog']]),
};

function bodyOf(format: string): string {
  const { type, settings = {} } = PARTS[format] as (typeof PARTS)[string];
  const template = /body: \|\n([\s\S]*?)(?=\n\S|$)/.exec(
    blocksOf(sectionOf(`\`${format}\``), 'yaml')[0] ?? '',
  );
  const request = built(
    exampleEvent(type) as RelayEvent,
    {
      format: format as OutgoingWebhookSettings['format'],
      name: 'crm',
      ...(template ? { body: template[1] as string } : {}),
      ...settings,
    } as Partial<OutgoingWebhookSettings>,
    {
      timeline: exampleTimeline(type),
      alert: EXAMPLE_PAYLOAD,
      firstAlert: EXAMPLE_PAYLOAD,
      directory: DIRECTORY,
    },
    { publicUrl: 'https://relay.example.org' },
  );
  return request.body;
}

if (process.env.UPDATE_GOLDEN) {
  let page = PAGE;
  for (const format of FORMAT_NAMES) {
    const section = sectionOf(`\`${format}\``);
    const shown = `\`\`\`json\n${JSON.stringify(JSON.parse(bodyOf(format)), null, 2)}\n\`\`\``;
    page = page.replace(section, () => section.replace(/```json\n[\s\S]*?```/, () => shown));
  }
  writeFileSync(PATH, page);
}

describe('docs/webhooks.md', () => {
  it.each(FORMAT_NAMES)('shows the body of the format %s', (format) => {
    const [shown = 'null'] = blocksOf(sectionOf(`\`${format}\``), 'json');
    if (process.env.UPDATE_GOLDEN) return;
    expect(JSON.parse(shown)).toEqual(JSON.parse(bodyOf(format)));
  });

  it('configures webhooks that load without a word', () => {
    const blocks = blocksOf(PAGE, 'yaml');
    const webhooks = blocks.filter((block) => block.startsWith('  - name: '));
    const others = blocks.filter((block) => !block.startsWith('  - name: '));
    expect(webhooks.length).toBeGreaterThan(14);
    // `smtp` and `egress`.
    expect(others.length).toBe(2);
    const text = `${others.join('')}webhooks:\n${webhooks.join('')}`;
    const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: VARIABLES });
    expect(result.ok ? result.config.warnings : result.diagnostics).toEqual([]);
  });

  it('lists each of its sections in its table of contents, and links to nothing else', () => {
    const contents = PAGE.slice(0, PAGE.indexOf('\n## '));
    const linked = [...contents.matchAll(/\[([^\]]+)\]\(#[^)]+\)/g)].map((match) => match[1] as string);
    const sections = [...PAGE.matchAll(/^## (.+)$/gm)].map((match) => match[1] as string);
    expect(linked.filter((each) => !LANGUAGES.includes(each)).sort()).toEqual(
      sections.filter((each) => each !== 'In a hurry').sort(),
    );
  });

  it('says at its top how to send again what failed', () => {
    const top = PAGE.split('\n').slice(0, 60).join('\n');
    expect(top).toContain('relay delivery redeliver --webhook crm --since 2h');
  });
});
