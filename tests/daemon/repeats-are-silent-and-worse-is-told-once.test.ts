// While an incident is open, further alerts of its group are counted and told only to those who ask for repeats by name. One that is
// worse is told once, as a change of priority.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { datadogPayload } from '../e2e/datadog-payload.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

const hook = (name: string, events: readonly string[]) => ({
  name,
  events,
  urls: [{ url: `${receiver.url}/${name}` }],
});
async function typesTo(name: string): Promise<string[]> {
  return (await running.settled())
    .filter(({ destination }) => destination === `webhook/${name}`)
    .map(({ eventType }) => eventType);
}

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'datadog', pack: 'datadog', channel: 'ops' }],
      webhooks: [
        hook('all', ['*']),
        hook('incidents', ['incident.*']),
        hook('repeats', ['incident.repeated', 'incident.resolved']),
      ],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

describe('alerts of one open group', () => {
  it('are told as trigger, one change for the worse, and resolve; the rest is counted', async () => {
    const results: string[] = [];
    let incident = '';
    for (const [transition, type] of [
      ['Warn', 'warning'],
      ['Re-Warn', 'warning'],
      ['Triggered', 'error'],
      ['Re-Triggered', 'error'],
      ['Warn', 'warning'],
      ['Recovered', 'success'],
    ] as const) {
      const { alerts } = await running.alert('datadog', datadogPayload(transition, type));
      results.push(alerts[0]?.result ?? '');
      incident = alerts[0]?.incident ?? '';
    }
    expect(results).toEqual(['opened', 'repeated', 'escalated', 'repeated', 'repeated', 'resolved']);
    const told = ['incident.triggered', 'incident.priority_changed', 'incident.resolved'];
    expect(await typesTo('all')).toEqual(told);
    expect(await typesTo('incidents')).toEqual(told);
    expect(await running.store.getIncident(incident)).toMatchObject({ alertCount: 6, status: 'resolved' });
    expect((await running.store.timeline(incident)).map(({ action }) => action)).toEqual([
      'triggered',
      'escalated',
      'resolved',
    ]);
  });

  it('are told one by one to those who ask for repeats by name', async () => {
    expect(await typesTo('repeats')).toEqual([...Array(3).fill('incident.repeated'), 'incident.resolved']);
    const repeats = receiver.requests.filter(({ json }) => json.type === 'incident.repeated');
    expect(repeats.map(({ json }) => json.data.incident.alert_count)).toEqual([2, 4, 5]);
  });
});
