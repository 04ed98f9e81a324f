import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { loadConfigText } from '../../src/config/load.js';

const URLS = [{ url: 'https://crm.example.org/hook' }];

function told(webhook: Record<string, unknown>): string[] {
  const text = stringify({ webhooks: [{ name: 'crm', urls: URLS, ...webhook }] });
  const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: {} });
  const diagnostics = result.ok ? result.config.warnings : result.diagnostics;
  return diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe('the format of a webhook', () => {
  it.each([
    [{ format: 'squadcast' }],
    [{ format: 'squadcast_v2', content_type: 'form' }],
    [{ format: 'cloudevents' }],
    [
      {
        format: 'cloudevents',
        cloudevents: { mode: 'binary', source: '/relay', type_prefix: 'org.example.' },
      },
    ],
    [{ format: 'template', body: '{"text": {{ incident.title }}}' }],
    [{ format: 'template', body: '{{ incident.title }}', content_type: 'text/plain' }],
    [
      {
        format: 'template',
        body: '{"t": "{{ payload.title }}", "s": {{ timeline | length }}}',
        events: ['*'],
      },
    ],
    [{ format: 'template', body: '{{ 1 / 0 }}', content_type: 'text/plain', events: ['deploy.finished'] }],
  ])('%j is taken without a word', (webhook) => {
    expect(told(webhook)).toEqual([]);
  });

  it.each([
    [{ body: 'x' }, /^error invalid_value: "body" is for the format "template" only/],
    [{ format: 'template' }, /^error missing_key: the format "template" needs "body"/],
    [{ cloudevents: {} }, /^error invalid_value: "cloudevents" is for the format "cloudevents" only/],
    [{ format: 'cloudevents', content_type: 'form' }, /^error invalid_value: .*content types of its own/],
    [{ content_type: 'text/plain' }, /^error invalid_value: the format "standard" is JSON/],
    [{ content_type: 'plain' }, /^error invalid_value: "content_type" in webhook "crm"/],
    [{ format: 'cloudevents', cloudevents: { mode: 'batch' } }, /^error invalid_value: "mode"/],
    [{ format: 'cloudevents', cloudevents: { source: 'a b' } }, /^error invalid_value: "source"/],
    [
      { format: 'cloudevents', cloudevents: { mode: 'binary' }, headers: { 'Ce-Type': 'x' } },
      /^error invalid_value: the header "Ce-Type" is set by the format/,
    ],
    [{ format: 'template', body: '{{ incident.title' }, /^error template_syntax: template "body"/],
    [
      { format: 'template', body: '{"a": "{{ incident.title }}' },
      /^warning template_example: the body fails for the example of incident\.triggered: .*not JSON/,
    ],
    [
      { format: 'template', body: '{"d": {{ incident.title.a.b }}}', events: ['incident.resolved'] },
      /^warning template_example: the body fails for the example of incident\.resolved: .*line 1, column/,
    ],
    [
      { format: 'template', body: '{"d": {{ data.destination.x.y }}}', events: ['delivery.failed'] },
      /^warning template_example: the body fails for the example of delivery\.failed/,
    ],
  ])('%j is told', (webhook, words) => {
    const [first = '', ...more] = told(webhook);
    expect(first).toMatch(words);
    expect(more).toEqual([]);
  });
});
