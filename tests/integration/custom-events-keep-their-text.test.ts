// The data of a custom event arrives as it was written, whichever way it came: long numbers, keys that look like numbers, odd letters.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';

const DATA = '{"z":1.10,"10":12345678901234567890,"2":[1e400,-0],"é":"\\u00e9 😀","a":{"data":null}}';
let receiver: Receiver;
let daemon: TestDaemon;

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({
    config: {
      channels: [{ name: 'ops' }],
      webhooks: [{ name: 'crm', urls: [{ url: receiver.url }], events: ['deploy.*'] }],
    },
  });
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

describe('the data of a custom event', () => {
  it('given on the command line, in a file and to the API is sent byte by byte', async () => {
    writeFileSync(join(daemon.dir, 'data.json'), `\n${DATA}\n`);
    const send = ['event', 'send', 'deploy.finished', '--channel', 'ops', '--data'];
    expect((await daemon.relay(...send, DATA)).code).toBe(0);
    expect((await daemon.relay(...send, '@data.json')).code).toBe(0);
    const posted = await daemon.api('events', { body: `{"data": ${DATA} ,"type":"deploy.finished"}` });
    expect(posted.status).toBe(201);
    const requests = await receiver.received(3);
    for (const { text } of requests) expect(text.endsWith(`"data":${DATA}}`)).toBe(true);
  });

  it('is an empty object when there is none', async () => {
    for (const body of ['{"type":"deploy.finished"}', '{"type":"deploy.finished","data":null}'])
      expect((await daemon.api('events', { body })).status).toBe(201);
    const requests = await receiver.received(5);
    expect(requests.slice(3).map(({ json }) => json.data)).toEqual([{}, {}]);
  });
});
