// Flags of the body's form become keys of the spec; a template is read from a file where it is given as one.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';

let api: CannedApi;
let folder: string;

beforeEach(async () => {
  api = await cannedApi({
    'POST /webhooks': { name: 'tickets', secret: null },
    'PATCH /webhooks/tickets': { name: 'tickets' },
  });
  folder = mkdtempSync(join(tmpdir(), 'relay-body-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await api.close();
});

const webhook = (...words: string[]) => run(api.socket, ['webhook', ...words]);
const lastBody = () => api.asked.at(-1)?.body;

describe('the form of a body', () => {
  it('is a template from a file', async () => {
    const file = join(folder, 'ticket.json.j2');
    writeFileSync(file, '{"t": {{ incident.title }}}\n');
    const { code } = await webhook(
      ...['add', 'tickets', '--url', 'https://a.example.org', '--format', 'template', '--body', `@${file}`],
    );
    expect(code).toBe(0);
    expect(lastBody()).toEqual({
      name: 'tickets',
      urls: [{ url: 'https://a.example.org' }],
      format: 'template',
      body: '{"t": {{ incident.title }}}\n',
    });
  });

  it('is changed and taken back', async () => {
    await webhook('edit', 'tickets', '--format', 'cloudevents', '--cloudevents-mode', 'batched');
    expect(lastBody()).toEqual({ format: 'cloudevents', cloudevents: { mode: 'batched' } });
    await webhook('edit', 'tickets', '--content-type', 'text/plain', '--body', '{{ incident.title }}');
    expect(lastBody()).toEqual({ content_type: 'text/plain', body: '{{ incident.title }}' });
    await webhook('edit', 'tickets', '--unset', 'body', '--unset', 'content_type');
    expect(lastBody()).toEqual({ body: null, content_type: null });
  });

  it('is one for several events', async () => {
    await webhook('edit', 'tickets', '--max-events', '100', '--linger', '2s');
    expect(lastBody()).toEqual({ max_events_per_request: 100, linger: '2s' });
    await webhook('edit', 'tickets', '--unset', 'max_events_per_request', '--unset', 'linger');
    expect(lastBody()).toEqual({ max_events_per_request: null, linger: null });
    const { code, stderr } = await webhook('edit', 'tickets', '--max-events', 'many');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--max-events many is not a number')]);
  });

  it('is refused when the file is not there', async () => {
    const ran = await webhook('add', 'tickets', '--url', 'https://a.example.org', '--body', '@nowhere.j2');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/the file .*nowhere\.j2 of the body cannot be read/);
    expect(api.asked).toEqual([]);
  });
});
