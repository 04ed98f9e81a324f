// docs/webhooks.md shows a body for every format: each must be what the driver builds for the example event.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfigText } from '../../src/config/load.js';
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
    expect(blocks.length).toBeGreaterThan(4);
    const result = loadConfigText(`webhooks:\n${blocks.join('')}`, '/nowhere/relay.yaml', { variables: {} });
    expect(result.ok ? result.config.warnings : result.diagnostics).toEqual([]);
  });
});
