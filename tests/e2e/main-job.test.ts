// The main job as a newcomer does it: the example config, the real command line, alerts posted as Datadog posts them. One incident,
// one notice that it began, one that it ended, the repeat counted and silent, and a history that tells request and answer.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { call } from '../kit/api.js';
import { ROOT } from '../kit/cli.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';
import { datadogPayload } from './datadog-payload.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The example config with its receivers moved to where the test listens; `server` and `data` are the kit's. */
function exampleConfig(webhook: string, wallboard: string): Record<string, unknown> {
  const text = readFileSync(join(ROOT, 'config.example.yaml'), 'utf8')
    .replaceAll('http://127.0.0.1:9000/wallboard', wallboard)
    .replaceAll('http://127.0.0.1:9000/', webhook);
  const { data: _data, server: _server, ...config } = parse(text);
  config.webhooks[0].secret = SECRET;
  return config;
}

describe('an alert, from Datadog to the history', () => {
  let webhook: Receiver;
  let wallboard: Receiver;
  let daemon: TestDaemon;
  let url: string;

  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await daemon.relay(...args, '--json');
    if (code !== 0) throw new Error(`relay ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const post = async (transition: string, type = 'error') => {
    const answer = await call({ socketPath: null, url }, { body: datadogPayload(transition, type) });
    expect(answer.status).toBe(202);
    return answer.json.alerts[0];
  };
  const ofSeed = (requests: readonly ReceivedRequest[]) =>
    requests.filter(({ json: body }) => body.data.incident.title.includes('CPU is high on web-1'));

  beforeAll(async () => {
    webhook = await startReceiver({ status: 200, headers: { 'x-receipt': 'r-1' }, body: 'thanks' });
    wallboard = await startReceiver();
    daemon = await startDaemon({ config: exampleConfig(webhook.url, wallboard.url) });
  });
  afterAll(async () => {
    await daemon?.remove();
    await webhook?.close();
    await wallboard?.close();
  });

  it('starts by printing the URLs to post to', async () => {
    url = (await daemon.relay('source', 'url', 'datadog-prod')).stdout.trim();
    expect(url).toMatch(new RegExp(`^${daemon.url}/in/datadog-prod/.{16,}$`));
    await untilTrue('the banner is there', () => daemon.stdout().includes(url));
    expect(daemon.stdout()).toContain('/in/alertmanager/');
    expect(daemon.stdout()).toContain('/in/generic/');
  });

  it('delivers the sample that source test sends', async () => {
    const result = await daemon.relay('source', 'test', 'datadog-prod', '--send');
    expect(result).toMatchObject({ code: 0 });
    const [request] = await webhook.received(1);
    expect(request?.json.type).toBe('incident.triggered');
  });

  it('makes one incident of Triggered, Re-Triggered and Recovered', async () => {
    const opened = await post('Triggered');
    const repeated = await post('Re-Triggered');
    const recovered = await post('Recovered', 'success');
    expect([opened, repeated, recovered].map(({ result }) => result)).toEqual([
      'opened',
      'repeated',
      'resolved',
    ]);
    expect(new Set([opened, repeated, recovered].map(({ incident }) => incident)).size).toBe(1);

    const incident = await json('incident', 'show', opened.incident);
    expect(incident).toMatchObject({
      status: 'resolved',
      title: 'CPU is high on web-1',
      alert_count: 3,
      service: 'payments-api',
      assignee: 'user:dana',
      source: 'datadog-prod',
    });
    expect(incident.analytics.ttr).toBeGreaterThanOrEqual(0);
    expect(incident.timeline.map((entry: { action: string }) => entry.action)).toEqual([
      'triggered',
      'resolved',
    ]);
    expect(incident.alerts.length).toBe(3);
  });

  it('tells the webhook once that it began and once that it ended, signed', async () => {
    await untilTrue('both came', () => ofSeed(webhook.requests).length >= 2);
    // Whatever else would come was owed before this marker was.
    await json('event', 'send', 'deploy.finished', '--channel', 'ops', '--data', '{"title":"marker"}');
    await wallboard.received(1);
    await untilTrue('nothing waits', async () => (await json('status')).last_hour.deliveries.pending === 0);
    const mine = ofSeed(webhook.requests);
    expect(mine.map(({ json: body }) => body.type)).toEqual(['incident.triggered', 'incident.resolved']);
    for (const { text, headers } of mine) {
      expect(() => new Webhook(SECRET).verify(text, headers as Record<string, string>)).not.toThrow();
    }
    expect(new Set(mine.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('posts exactly title, text and url to the webhook integration', () => {
    const mine = wallboard.requests.filter(({ json: body }) =>
      String(body.title).includes('CPU is high on web-1'),
    );
    expect(mine.length).toBe(2);
    for (const { json: body, method } of mine) {
      expect(method).toBe('POST');
      expect(Object.keys(body).sort()).toEqual(['text', 'title', 'url']);
      expect(body.url).toMatch(/^https?:\/\//);
    }
  });

  it('shows the request and the answer of each delivery', async () => {
    const { items } = await json('delivery', 'list', '--search', 'webhook/local');
    const mine = items.filter(
      (item: { destination: string; event_type: string }) =>
        item.destination === 'webhook/local' && item.event_type.startsWith('incident.'),
    );
    expect(mine.length).toBe(3);
    const ids = ofSeed(webhook.requests).map(({ headers }) => headers['webhook-id']);
    const seen = [];
    for (const { id } of mine) {
      const delivery = await json('delivery', 'show', id);
      if (!ids.includes(delivery.message_id)) continue;
      seen.push(delivery.message_id);
      expect(delivery).toMatchObject({ state: 'delivered', tries: 1, result: '200' });
      const [attempt] = delivery.attempts;
      expect(attempt).toMatchObject({
        outcome: 'delivered',
        method: 'POST',
        status: 200,
        response_body: 'thanks',
      });
      expect(attempt.response_headers['x-receipt']).toBe('r-1');
      expect(attempt.request_headers['webhook-id']).toBe(delivery.message_id);
      const sent = webhook.requests.find(({ headers }) => headers['webhook-id'] === delivery.message_id);
      expect(attempt.request_body).toBe(sent?.text);

      const screen = await daemon.relay('delivery', 'show', id, '--attempts', '--body');
      expect(screen.code).toBe(0);
      expect(screen.stdout).toContain('thanks');
      expect(screen.stdout).toContain('x-receipt');
      expect(screen.stdout).toContain(webhook.url);
      expect(screen.stdout).not.toContain(SECRET);
    }
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  it('resends the same bytes under the same id when asked', async () => {
    const { items } = await json('delivery', 'list', '--search', 'incident.resolved');
    const { id } = items.find((item: { destination: string }) => item.destination === 'webhook/local');
    const before = webhook.requests.length;
    expect((await daemon.relay('delivery', 'resend', id)).code).toBe(0);
    await webhook.received(before + 1);
    const again = webhook.requests.at(-1);
    const first = webhook.requests.find(
      ({ headers }) => headers['webhook-id'] === again?.headers['webhook-id'],
    );
    expect(first).not.toBe(again);
    expect(again?.text).toBe(first?.text);
  });
});
