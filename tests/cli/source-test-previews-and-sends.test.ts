import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWould } from '../../src/cli/commands/source/preview-screen.js';
import type { PreviewedAlert } from '../../src/http/wire/api-types.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Asked, type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

// The one that opens an incident is not the first: samples come by file name.
const JSON_TYPE = { content_type: 'application/json', headers: {} };
const SAMPLES = [
  { name: 'recovered', text: '{"title":"CPU","ok":1}', ...JSON_TYPE },
  { name: 'triggered', text: '{"title":"CPU"}', ...JSON_TYPE },
  {
    name: 'posted-form',
    text: 'title=CPU',
    content_type: 'application/x-www-form-urlencoded',
    headers: { 'x-event': 'alarm' },
  },
];
const SHOWN = {
  title: 'CPU is high',
  message: 'over 90 %',
  image_url: null,
  url: 'https://dd.example.org/1',
};
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
      image_url: 'https://dd.example.org/cpu.png',
      members: 0,
      render_errors: ['slack_message: division by zero at line 1, column 4'],
      failed_templates: [
        { template: 'slack_message', error: 'division by zero at line 1, column 4', instead: 'over 90 %' },
      ],
      would: { result: 'repeated', incident: 'inc_01abc', silent: false },
      kinds: {
        slack: SHOWN,
        msteams: SHOWN,
        email: SHOWN,
        sms: { title: '[high] CPU is high', message: '', image_url: null, url: null },
        console: { ...SHOWN, title: '[P2] Triggered: CPU is high' },
      },
    },
  ],
};
const ACCEPTED = {
  alerts: [{ id: 'alt_1', incident: 'inc_01abc', duplicate: false, result: 'opened' }],
};

let receiver: Receiver;
let daemon: FakeDaemon;
let answer: { status: number; body: string };
let signature: string;
/** Of the public URL, where a proxy stands before Relay. */
let prefix: string;

beforeEach(async () => {
  answer = { status: 202, body: JSON.stringify(ACCEPTED) };
  signature = 'none for this kind';
  prefix = '';
  receiver = await startReceiver(() => answer);
  daemon = await startFakeDaemon({
    'GET /sources/dd': () => ({
      name: 'dd',
      pack: 'datadog',
      signature,
      url: new URL(`${prefix}/in/dd/key`, receiver.url).href,
    }),
    'GET /packs/datadog': { slug: 'datadog', samples: SAMPLES },
    'POST /sources/dd/preview': PREVIEW,
    'POST /in/dd/key': ACCEPTED,
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
would     be counted on the open incident inc_01abc; nobody is told again
group     cpu-1
severity  high
priority  -
link      https://dd.example.org/1
image     https://dd.example.org/cpu.png
labels    host=web-1
          env=prod

templates that failed
  slack_message: division by zero at line 1, column 4
                 in its place: over 90 %

slack, msteams
  CPU is high
  over 90 %
  https://dd.example.org/1

email
  Subject: CPU is high
  over 90 %
  https://dd.example.org/1

sms  18 of 160 characters
  [high] CPU is high

console
  [P2] Triggered: CPU is high
  over 90 %
  https://dd.example.org/1
`,
    );
    expect(stderr).toContain('nothing was stored and nobody was told\n');
    expect(stderr).toMatch(/source test dd --send --sample triggered\n$/);
    expect(code).toBe(0);
    expect(receiver.requests).toEqual([]);
  });

  it('tries a sample as it is sent: with its headers and content type, and those of the user on top', async () => {
    const args = ['source', 'test', 'dd', '--sample', 'posted-form', '--header', 'X-Extra: 1'];
    await daemon.relay(args);
    expect(daemon.asked.at(-1)?.body).toEqual({
      text: 'title=CPU',
      content_type: 'application/x-www-form-urlencoded',
      headers: { 'x-event': 'alarm', 'x-extra': '1' },
    });
    await daemon.relay([...args, '--send']);
    expect(receiver.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'x-event': 'alarm',
      'x-extra': '1',
    });
  });

  it('takes a payload for what its ending says', async () => {
    writeFileSync(join(daemon.dir, 'mine.form'), 'a=1');
    await daemon.relay(['source', 'test', 'dd', '--payload', 'mine.form']);
    expect(daemon.asked.at(-1)?.body).toMatchObject({ content_type: 'application/x-www-form-urlencoded' });
  });

  it('refuses a header without a name', async () => {
    const { code, stderr } = await daemon.relay(['source', 'test', 'dd', '--header', 'nonsense']);
    expect(stderr).toContain('--header nonsense is not "Name: value"');
    expect(code).toBe(2);
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

  it.each(['', '/relay'])(
    'posts over the local socket to a source that checks signatures, which only the tool can make (public URL%s)',
    async (before) => {
      signature = 'checked (hmac)';
      prefix = before;
      const { code, stderr } = await daemon.relay([
        'source',
        'test',
        'dd',
        '--send',
        '--sample',
        'posted-form',
      ]);
      expect(receiver.requests).toEqual([]);
      const { path, headers, text } = daemon.asked.at(-1) as Asked;
      expect({ path, text, type: headers['content-type'], event: headers['x-event'] }).toEqual({
        path: '/in/dd/key',
        text: 'title=CPU',
        type: 'application/x-www-form-urlencoded',
        event: 'alarm',
      });
      expect(stderr).toContain('the signature was not tried');
      expect(code).toBe(0);
    },
  );

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

describe('what a preview says would happen under a maintenance that collects', () => {
  const say = (signal: string): string =>
    describeWould({
      signal,
      would: { result: 'collected', incident: 'inc_01abc', silent: false },
    } as PreviewedAlert);

  it('tells a recovery from an alert', () => {
    expect(say('trigger')).toContain('be collected silently');
    expect(say('resolve')).toContain('its group is quiet');
    expect(say('resolve')).not.toContain('silently');
  });
});
