// `webhook test --explain`: would it get this event, and which expression decides; and the flags and screens of filters.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';

let receiver: Receiver;
let daemon: TestDaemon;
let event: string;

const FILTER = {
  all: [
    { field: 'severity', op: 'gte', value: 'low' },
    {
      any: [
        { field: 'labels.env', op: 'is', value: 'prod' },
        { field: 'payload.size_gb', op: 'gt', value: 100 },
      ],
    },
  ],
};

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({
    config: {
      egress: { allow: ['127.0.0.0/8'] },
      channels: [
        { name: 'ops' },
        { name: 'web', integrations: [{ name: 'wall', kind: 'webhook', url: `${receiver.url}/wall` }] },
      ],
      sources: [{ name: 'mine', pack: 'generic', channel: 'ops' }],
      webhooks: [
        { name: 'crm', urls: [{ url: receiver.url }], events: ['incident.*'], filter: FILTER },
        { name: 'broken', urls: [{ url: receiver.url }], when: '{{ payload.size_gb / 0 }}' },
        { name: 'closes', urls: [{ url: receiver.url }], events: ['incident.resolved'] },
      ],
    },
  });
  const payload = join(daemon.dir, 'payload.json');
  const alert = { id: 'a1', title: 'Disk full', severity: 'high', labels: { env: 'dev' }, size_gb: 80 };
  writeFileSync(payload, JSON.stringify(alert));
  await daemon.relay('source', 'test', 'mine', '--send', '--payload', payload);
  event = JSON.parse((await daemon.relay('event', 'list', '--json')).stdout).items[0].id;
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

const explain = async (...args: string[]) => {
  const { code, stdout, stderr } = await daemon.relay(...args, '--explain');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('test --explain', () => {
  it('shows the filter as a tree, with what was found, and the expressions that decide', async () => {
    expect(await explain('webhook', 'test', 'crm', '--event', event)).toBe(
      [
        `webhook/crm  would not get it  ${event}  incident.triggered`,
        '  ✓ yes  events incident.*   found incident.triggered',
        '  ✓ yes  any channel   found ops',
        '  ✗ no   filter: all of',
        '    ✓ yes  severity gte low   found high',
        '    ✗ no   any of',
        '      ✗ no   labels.env is prod   found dev   <- decides',
        '      ✗ no   payload.size_gb gt 100   found 80   <- decides',
        '',
      ].join('\n'),
    );
    expect(receiver.requests.filter(({ path }) => path !== '/')).toEqual([]);
  });

  it('points at what lets an event through a group, and at nothing where all of it does', async () => {
    const any = [
      { field: 'labels.env', op: 'is', value: 'prod' },
      { field: 'payload.size_gb', op: 'gte', value: 80 },
      { field: 'source', op: 'is', value: 'mine' },
    ];
    const explained = async (filter: object): Promise<string[]> => {
      const url = ['--url', `${receiver.url}/let`];
      await daemon.relay('webhook', 'add', 'let', ...url, '--filter', JSON.stringify(filter));
      const lines = (await explain('webhook', 'test', 'let', '--event', event)).split('\n');
      await daemon.relay('webhook', 'remove', 'let', '--yes');
      return lines.slice(4, -1);
    };
    expect(await explained({ any })).toEqual([
      '    ✗ no   labels.env is prod   found dev',
      '    ✓ yes  payload.size_gb gte 80   found 80   <- decides',
      '    ✓ yes  source is mine   found mine',
    ]);
    expect(await explained({ all: any.slice(1) })).toEqual([
      '    ✓ yes  payload.size_gb gte 80   found 80',
      '    ✓ yes  source is mine   found mine',
    ]);
  });

  it('names a subscription and a channel that refuse, and a condition that fails', async () => {
    expect(await explain('webhook', 'test', 'closes', '--event', event)).toContain(
      '✗ no   events incident.resolved   found incident.triggered   <- decides',
    );
    expect(await explain('integration', 'test', 'wall', '--event', event)).toContain(
      '✗ no   channel web   found ops   <- decides',
    );
    expect(await explain('webhook', 'test', 'broken', '--event', event)).toMatch(
      /✗ no {3}when \{\{ payload\.size_gb \/ 0 \}\} {3}failed: .*division by zero.* {3}<- decides/,
    );
  });

  it('takes the example of a type without an event, and answers JSON', async () => {
    const answer = JSON.parse(
      await explain('webhook', 'test', 'closes', '--type', 'incident.resolved', '--json'),
    );
    expect(answer).toMatchObject({
      event: null,
      event_type: 'incident.resolved',
      would_get: true,
      notes: [],
    });
    expect(await explain('integration', 'test', 'wall')).toContain(
      'would get it  an example of incident.triggered',
    );
  });

  it('goes on to the request that would be made of the very same event', async () => {
    const next = async (...args: string[]) => (await daemon.relay(...args, '--explain')).stderr;
    const resolved = ['webhook', 'test', 'closes', '--type', 'incident.resolved'];
    expect(await next(...resolved)).toContain('webhook preview closes --type incident.resolved\n');
    expect(await next('webhook', 'test', 'broken', '--event', event)).toContain('webhook show broken\n');
    await daemon.relay('webhook', 'add', 'takes', '--url', receiver.url);
    expect(await next('webhook', 'test', 'takes', '--event', event)).toContain(
      `webhook preview takes --event ${event}\n`,
    );
    await daemon.relay('webhook', 'remove', 'takes', '--yes');
  });

  it('says that what is paused would be held', async () => {
    await daemon.relay('webhook', 'pause', 'closes');
    expect(await explain('webhook', 'test', 'closes')).toContain('note: it is paused');
    await daemon.relay('webhook', 'resume', 'closes');
  });

  it('an event without --explain is refused, for a test sends an event of its own', async () => {
    const refused = await daemon.relay('webhook', 'test', 'crm', '--event', event);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`--event ${event} --explain`),
    ]);
  });
});

describe('a filter on the command line', () => {
  const shown = async (name: string) => (await daemon.relay('webhook', 'show', name)).stdout;

  it('is given as JSON or from a file, shown as a list, and removed by an empty text', async () => {
    const file = join(daemon.dir, 'filter.yaml');
    writeFileSync(file, 'filter:\n  any:\n    - { field: severity, op: in, value: [critical, high] }\n');
    const url = ['--url', `${receiver.url}/own`];
    const when = "{{ incident.priority == 'P1' }}";
    const added = await daemon.relay('webhook', 'add', 'own', ...url, '--filter', `@${file}`, '--when', when);
    expect({ code: added.code, stderr: added.stderr }).toMatchObject({ code: 0 });
    expect(await shown('own')).toMatch(
      /^ *filter +any of\n +severity in critical, high\n *when +\{\{ incident\.priority == 'P1' \}\}$/m,
    );
    await daemon.relay('webhook', 'edit', 'own', '--filter', '{"field":"source","op":"is","value":"mine"}');
    expect(await shown('own')).toMatch(/^ *filter +source is mine$/m);
    await daemon.relay('webhook', 'edit', 'own', '--filter', '', '--when', '');
    expect(await shown('own')).not.toMatch(/^ *(filter|when) /m);
  });

  it('with mistakes is refused before anything changes, each named at its place', async () => {
    const filter =
      '{"all":[{"field":"severty","op":"is","value":"high"},{"field":"source","op":"iz","value":1}]}';
    const refused = await daemon.relay('webhook', 'edit', 'crm', '--filter', filter);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('all.0.field: there is no field "severty" (did you mean "severity"?)');
    expect(refused.stderr).toContain('all.1.op: there is no operator "iz"');
    expect(await shown('crm')).toContain('severity gte low');
    const unreadable = await daemon.relay('webhook', 'edit', 'crm', '--filter', '@nowhere.yaml');
    expect([unreadable.code, unreadable.stderr]).toEqual([2, expect.stringContaining('there is no file')]);
  });
});
