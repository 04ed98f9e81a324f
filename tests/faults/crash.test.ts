// Kills the daemon with SIGKILL at random moments while another process posts alerts and the receivers fail now and then; then proves
// that nothing was lost, renamed or turned around. RELAY_FAULT_KILLS=200 for the long run, RELAY_SEED=<n> repeats a run's choices.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { runSeed, seededRandom } from '../kit/random.js';
import { type Answer, type Receiver, startReceiver } from '../kit/receiver.js';
import { pause, untilTrue } from '../kit/wait.js';
import {
  type Answered,
  type Arrival,
  brokenLives,
  factOf,
  lostOrDoubledAlerts,
  missedOrRenamed,
  outOfOrder,
  type StoreContent,
  untoldHistory,
} from './crash-checks.js';
import { readStore } from './read-store.js';

const KILLS = Number(process.env.RELAY_FAULT_KILLS ?? 20);
const ALL_MS = 180_000 + KILLS * 4_000;
const SEED = runSeed();
const random = seededRandom(SEED);

const SUBSCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  'webhook/tickets': ['incident.triggered', 'incident.resolved'],
  'webhook/tickets#2': ['incident.triggered', 'incident.resolved'],
  'webhook/audit': ['incident.*'],
};

interface Destination {
  readonly receiver: Receiver;
  readonly arrivals: Arrival[];
}

/** One answer in five is a failure of some kind. */
function moody(): Answer {
  const roll = random.next();
  if (roll < 0.08) return { status: random.pick([500, 502, 503]), body: 'not now' };
  if (roll < 0.14) return { status: 200, delayMs: random.between(50, 400) };
  if (roll < 0.18) return 'reset';
  if (roll < 0.185) return 'hang';
  return { status: 200, delayMs: random.between(0, 8) };
}

async function startMoodyReceiver(): Promise<Destination> {
  const arrivals: Arrival[] = [];
  const receiver = await startReceiver((request) => {
    const answer = moody();
    arrivals.push({
      messageId: String(request.headers['webhook-id']),
      fact: factOf(request.json.type, request.json.data),
      incident: request.json.data.incident.id,
      welcomed: typeof answer === 'object' && 'status' in answer && answer.status === 200,
    });
    return answer;
  });
  return { receiver, arrivals };
}

function configFor(destinations: ReadonlyMap<string, Destination>): Record<string, unknown> {
  const url = (ref: string): string => destinations.get(ref)?.receiver.url as string;
  const common = {
    timeout: '1s',
    retry: { max: 20, base: '20ms', factor: 1, jitter: 1 },
    format: 'standard',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  };
  return {
    channels: [{ name: 'ops' }],
    sources: [
      { name: 'prometheus', pack: 'alertmanager', channel: 'ops', key: 'prometheus-key-0001' },
      { name: 'scripts', pack: 'generic', channel: 'ops', key: 'scripts-key-000001' },
    ],
    webhooks: [
      {
        name: 'tickets',
        urls: [{ url: url('webhook/tickets') }, { url: url('webhook/tickets#2'), method: 'PUT' }],
        events: SUBSCRIPTIONS['webhook/tickets'],
        ...common,
      },
      {
        name: 'audit',
        urls: [{ url: url('webhook/audit') }],
        events: SUBSCRIPTIONS['webhook/audit'],
        ...common,
      },
    ],
  };
}

async function killAtRandom(daemon: TestDaemon): Promise<void> {
  for (let kill = 1; kill <= KILLS; kill++) {
    await pause(random.between(20, 500));
    await daemon.kill9();
    // Now and then once more while it is starting, recovering what the first kill left.
    if (random.next() < 0.25) {
      await daemon.restart({ whenReady: false });
      await pause(random.between(50, 600));
      await daemon.kill9();
    }
    await daemon.restart();
  }
}

async function untilDelivered(daemon: TestDaemon): Promise<void> {
  await untilTrue(
    'nothing waits to be sent',
    async () => {
      const { json } = await daemon.api('status');
      const states = json.last_hour.deliveries as Record<string, number>;
      return (states.pending ?? 0) + (states.sending ?? 0) + (states.held ?? 0) === 0;
    },
    120_000,
  );
}

describe(`a daemon killed ${KILLS} times under load`, () => {
  const destinations = new Map<string, Destination>();
  const answers: Answered[] = [];
  let daemon: TestDaemon;
  let load: ChildProcess;
  let content: StoreContent;

  beforeAll(async () => {
    console.log(`RELAY_SEED=${SEED} RELAY_FAULT_KILLS=${KILLS}`);
    for (const ref of Object.keys(SUBSCRIPTIONS)) destinations.set(ref, await startMoodyReceiver());
    daemon = await startDaemon({ config: configFor(destinations) });
    load = fork(join(import.meta.dirname, 'post-alerts.js'), [daemon.url, String(SEED), '6', '12'], {
      execArgv: [],
    });
    load.on('message', (message) => answers.push(message as Answered));
    const loadEnded = new Promise((resolve) => load.once('exit', resolve));
    await killAtRandom(daemon);
    load.send('stop');
    await loadEnded;
    await untilDelivered(daemon);
    await daemon.stop();
    content = await readStore(daemon.dataDir);
    const unknown = [...content.attempts.values()]
      .flat()
      .filter(({ outcome }) => outcome === 'unknown').length;
    console.log(
      `${answers.length} alerts posted, ${answers.filter(({ status }) => status === 202).length} accepted, ` +
        `${content.events.length} events, ${content.deliveries.length} deliveries, ` +
        `${[...destinations.values()].reduce((sum, { arrivals }) => sum + arrivals.length, 0)} requests, ${unknown} cut off`,
    );
  }, ALL_MS);

  afterAll(async () => {
    load?.kill('SIGKILL');
    await daemon?.remove();
    for (const { receiver } of destinations.values()) await receiver.close();
  });

  it('was really under load, and was really cut off', () => {
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(KILLS * 10);
    expect(content.events.length).toBeGreaterThan(KILLS * 5);
    const outcomes = [...content.attempts.values()].flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'unknown').length).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome === 'retry').length).toBeGreaterThan(0);
  });

  it('has every alert that was answered 202, and none twice', () => {
    expect(lostOrDoubledAlerts(answers, content)).toEqual([]);
    expect(answers.filter(({ keyed, status }) => keyed && status !== 202)).toEqual([]);
  });

  it('has at most one open incident per group at any time', () => {
    expect(brokenLives(content)).toEqual([]);
  });

  it.each(Object.entries(SUBSCRIPTIONS))(
    'delivered every event that %s wants, under one id',
    (ref, patterns) => {
      expect(missedOrRenamed(ref, patterns, destinations.get(ref)?.arrivals ?? [], content)).toEqual([]);
    },
  );

  it.each(Object.entries(SUBSCRIPTIONS))('kept the order of each incident for %s', (ref, patterns) => {
    expect(outOfOrder(ref, patterns, destinations.get(ref)?.arrivals ?? [], content)).toEqual([]);
  });

  it('tells every request in the history, those cut off too', () => {
    const arrivals = new Map([...destinations].map(([ref, destination]) => [ref, destination.arrivals]));
    expect(untoldHistory(arrivals, content)).toEqual([]);
  });
});
