// The real daemon, killed while a request of several events is under way.

import { afterEach, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

const KEY = 'src_0123456789abcdef0123456789abcdef';

let daemon: TestDaemon | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await daemon?.remove();
  await receiver?.close();
});

const idsOf = ({ json }: ReceivedRequest): string[] => json.data.events.map(({ id }: { id: string }) => id);

it('comes again as it was, shows the cut off attempt at each event, and nothing joins it', async () => {
  receiver = await startReceiver('hang');
  daemon = await startDaemon({
    env: { KEY },
    config: {
      sources: [{ name: 'test', pack: 'generic', key: 'env:KEY' }],
      webhooks: [
        {
          name: 'crm',
          urls: [{ url: receiver.url }],
          events: ['incident.triggered', 'incident.resolved'],
          max_events_per_request: 3,
          linger: '1m',
        },
      ],
    },
  });
  const post = async (group: string): Promise<void> => {
    expect((await daemon?.post('test', KEY, { title: group, group }))?.status).toBe(202);
  };
  for (const group of ['a', 'b', 'c']) await post(group);
  const [cutOff] = (await receiver.received(1)) as [ReceivedRequest];
  await daemon.kill9();
  receiver.answer({ status: 200 });
  await daemon.restart();
  const [, again] = (await receiver.received(2)) as [ReceivedRequest, ReceivedRequest];
  expect(again.headers['webhook-id']).toBe(cutOff.headers['webhook-id']);
  expect(again.text).toBe(cutOff.text);
  expect(idsOf(again)).toHaveLength(3);
  for (const group of ['d', 'e', 'f']) await post(group);
  const [, , other] = (await receiver.received(3)) as ReceivedRequest[];
  expect(idsOf(other as ReceivedRequest).filter((id) => idsOf(again).includes(id))).toEqual([]);

  const id = idsOf(again)[0]?.slice(0, 'dlv_'.length + 11) as string;
  const running = daemon;
  const { stdout } = await untilTrue('it reads as delivered', async () => {
    const shown = await running.relay('delivery', 'show', id, '--json');
    return JSON.parse(shown.stdout).state === 'delivered' ? shown : null;
  });
  expect(JSON.parse(stdout).attempts).toMatchObject([
    { outcome: 'unknown', batch: { deliveries: [{ delivery: id }, {}, {}] } },
    { outcome: 'delivered', status: 200, request_body: again.text },
  ]);
  const preview = await daemon.relay('webhook', 'preview', 'crm');
  expect(preview.stdout).toContain('{"type":"events.batch","timestamp":');
  const screen = await daemon.relay('delivery', 'show', id);
  expect(screen.stdout).toMatch(
    /batch bat_\w{11} with 3 events:\n\s+\* incident\.triggered {2}evt_\w+ {2}dlv_/,
  );
});
