import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

// The one that opens an incident is not the first: samples come by file name.
const SAMPLES = [
  { name: 'recovered', text: '{"title":"CPU","ok":1}' },
  { name: 'triggered', text: '{"title":"CPU"}' },
];
const PREVIEW = {
  sample: null,
  alerts: [
    {
      signal: 'trigger',
      grouping_id: 'cpu-1',
      title: 'CPU is high',
      message: 'over 90 %\nfor 5 minutes',
      severity: 'high',
      priority: null,
      link: 'https://dd.example.org/1',
      labels: { host: 'web-1', env: 'prod' },
      members: 0,
      render_errors: [],
    },
  ],
};
const ACCEPTED = {
  alerts: [{ id: 'alt_1', incident: 'inc_01abc', duplicate: false, result: 'opened' }],
};

let receiver: Receiver;
let daemon: FakeDaemon;
let answer: { status: number; body: string };

beforeEach(async () => {
  answer = { status: 202, body: JSON.stringify(ACCEPTED) };
  receiver = await startReceiver(() => answer);
  daemon = await startFakeDaemon({
    'GET /sources/dd': () => ({ name: 'dd', pack: 'datadog', url: new URL('/in/dd/key', receiver.url).href }),
    'GET /packs/datadog': { slug: 'datadog', samples: SAMPLES },
    'POST /sources/dd/preview': PREVIEW,
  });
});
afterEach(async () => {
  await daemon.remove();
  await receiver.close();
});

describe('relay source test', () => {
  it('without --send shows what the sample becomes and posts nothing', async () => {
    const { code, stdout, stderr } = await daemon.relay(['source', 'test', 'dd']);
    expect(stdout).toBe(
      `title     CPU is high
message   over 90 %
          for 5 minutes
signal    trigger
group     cpu-1
severity  high
priority  -
link      https://dd.example.org/1
labels    host=web-1
          env=prod
`,
    );
    expect(stderr).toContain('nothing was stored and nobody was told\n');
    expect(stderr).toMatch(/source test dd --send --sample triggered\n$/);
    expect(code).toBe(0);
    expect(receiver.requests).toEqual([]);
  });

  it('with --send posts the sample to the Integration URL and names the incident', async () => {
    const { code, stdout, stderr } = await daemon.relay([
      'source',
      'test',
      'dd',
      '--send',
      '--sample',
      'recovered',
    ]);
    expect(receiver.requests.map(({ method, path, text }) => ({ method, path, text }))).toEqual([
      { method: 'POST', path: '/in/dd/key', text: '{"title":"CPU","ok":1}' },
    ]);
    expect(stdout).toBe('alert  result  incident\nalt_1  opened  inc_01abc\n');
    expect(stderr).toMatch(/next: \S+ incident show inc_01abc\n/);
    expect(code).toBe(0);
  });

  it('posts a payload of one’s own, from a file or from stdin', async () => {
    writeFileSync(join(daemon.dir, 'mine.json'), '{"a":1}');
    await daemon.relay(['source', 'test', 'dd', '--send', '--payload', 'mine.json']);
    await daemon.relay(['source', 'test', 'dd', '--send', '--payload', '-'], { stdin: '{"b":2}' });
    expect(receiver.requests.map((request) => request.text)).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('says what the Integration URL answered when it refuses', async () => {
    answer = {
      status: 422,
      body: JSON.stringify({ error: { code: 'ingest.invalid_payload', message: 'it has no title' } }),
    };
    const { code, stderr } = await daemon.relay(['source', 'test', 'dd', '--send']);
    expect(stderr).toContain('error: it has no title [ingest.invalid_payload]');
    expect(code).toBe(1);
  });

  it('suggests the nearest sample', async () => {
    const { code, stderr } = await daemon.relay(['source', 'test', 'dd', '--sample', 'recoverd']);
    expect(stderr).toContain('fix: did you mean --sample recovered?');
    expect(code).toBe(2);
  });

  it('exits 9 when the public URL does not lead here', async () => {
    const port = new URL(receiver.url).port;
    await receiver.close();
    const { code, stderr } = await daemon.relay(['source', 'test', 'dd', '--send']);
    expect(stderr).toContain(`why: http://127.0.0.1:${port}: `);
    expect(stderr).toContain('check server.public_url');
    expect(code).toBe(9);
  });
});
