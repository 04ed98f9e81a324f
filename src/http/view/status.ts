// `GET /status`: one look at the daemon. Everything that needs a hand stands in `problems`, with the command that shows more.

import { type MaintenanceMode, minuteText } from '../../model/maintenance.js';
import type { Destination } from '../../model/topology.js';
import { toWire } from '../../model/wire.js';
import type { DestinationBacklog } from '../../store/store.js';
import type { Runtime } from '../runtime.js';
import type { StatusAnswer } from '../wire/api-types.js';
import { countDead } from './destination-view.js';
import { waitsFor } from './lane-words.js';
import { noticedOfSources, sourceProblems } from './source-trouble.js';

const HOUR_MS = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

type Problem = StatusAnswer['problems'][number];

async function problemOf(
  runtime: Runtime,
  destination: Destination,
  backlog: DestinationBacklog | undefined,
): Promise<Problem | null> {
  const lane = runtime.engine.laneState(destination.ref);
  if (lane === undefined) return null;
  const { ref, noun, name } = destination;
  if (lane.disabledReason !== null) {
    return {
      destination: ref,
      text: `disabled: ${lane.disabledReason}`,
      see: `relay ${noun} resume ${name}`,
    };
  }
  if (lane.health !== 'degraded') return null;
  const parts = [`${backlog?.waiting ?? 0} waiting`];
  if ((backlog?.failed ?? 0) > 0) parts.push(`${backlog?.failed} failed`);
  const dead = await countDead(runtime, destination);
  if (dead > 0) parts.push(`${dead} dead`);
  if (lane.lastResult !== '') parts.push(`last answer ${lane.lastResult}`);
  const waits = waitsFor(lane, runtime.clock.now());
  if (waits !== null) parts.push(waits);
  return {
    destination: ref,
    text: parts.join(', '),
    see: `relay delivery list --${noun} ${name} --status pending,failed,dead`,
  };
}

async function findProblems(runtime: Runtime, backlog: readonly DestinationBacklog[]): Promise<Problem[]> {
  const lanes = new Map(backlog.map((lane) => [lane.destination, lane]));
  const { checks } = await runtime.readiness();
  const unready = checks
    .filter((check) => !check.ok)
    .map((check) => ({ destination: null, text: `${check.name}: ${check.text}`, see: 'relay doctor' }));
  const all = [...runtime.topology().destinations.values()];
  const asked = await Promise.all(all.map((one) => problemOf(runtime, one, lanes.get(one.ref))));
  const destinations = asked.filter((problem) => problem !== null);
  const leftOut = runtime.leftOut().map(({ object, message }) => ({
    destination: null,
    text: `left out: ${message}`,
    see: `relay ${object.replace('/', ' remove ')}`,
  }));
  const mails = runtime.mails.problems().map((problem) => ({ ...problem, see: 'relay doctor' }));
  return [...unready, ...leftOut, ...sourceProblems(runtime), ...destinations, ...mails];
}

const MAINTENANCE_WORDS: Readonly<Record<MaintenanceMode, string>> = {
  silence: 'silenced: incidents that open are told to nobody',
  collect: 'collecting: alerts that would open incidents are gathered in one',
};

const endText = (until: number | null): string => (until === null ? '' : `, until ${minuteText(until)}`);

/** What somebody paused or put in maintenance: alerts to a source are refused meanwhile, deliveries to a destination wait. */
function findPaused(runtime: Runtime, backlog: readonly DestinationBacklog[]): StatusAnswer['paused'] {
  const { sources, destinations } = runtime.topology();
  const waiting = new Map(backlog.map((lane) => [lane.destination, lane.waiting]));
  const pausedSources = [...sources.values()]
    .filter((source) => source.paused)
    .map(({ name }) => ({
      object: `source/${name}`,
      text: 'alerts posted to it are refused and kept as rejects',
      see: `relay source resume ${name}`,
    }));
  const pausedDestinations = [...destinations.values()]
    .filter((destination) => destination.paused)
    .map(({ ref, noun, name }) => ({
      object: ref,
      text: `${waiting.get(ref) ?? 0} held`,
      see: `relay ${noun} resume ${name}`,
    }));
  const maintenances = runtime.care.maintenances().map((maintenance) => ({
    object: `source/${maintenance.source}`,
    text: MAINTENANCE_WORDS[maintenance.mode] + endText(maintenance.until),
    see: `relay source maintenance ${maintenance.source} --end`,
  }));
  return [...pausedSources, ...maintenances, ...pausedDestinations];
}

/** No fault of a receiver, and yet something does not arrive: it asked to be left alone, or an event does not fit the webhook's body. */
function noticedOfDestinations(
  runtime: Runtime,
  backlog: readonly DestinationBacklog[],
): NonNullable<StatusAnswer['noticed']> {
  const waiting = new Map(backlog.map((lane) => [lane.destination, lane.waiting]));
  const now = runtime.clock.now();
  return [...runtime.topology().destinations.values()].flatMap(({ ref, noun, name, paused }) => {
    const lane = runtime.engine.laneState(ref);
    if (lane === undefined || paused || lane.disabledReason !== null || lane.health === 'degraded') return [];
    if (lane.lastResult === 'build') {
      const text = 'the body of its last request could not be made';
      return [{ object: ref, text, see: `relay delivery list --${noun} ${name} --result build` }];
    }
    const count = waiting.get(ref) ?? 0;
    if (count === 0 || (lane.pausedUntil ?? 0) <= now) return [];
    const text = `${count} waiting, last answer ${lane.lastResult}, ${waitsFor(lane, now)}`;
    return [{ object: ref, text, see: `relay ${noun} show ${name}` }];
  });
}

/** What is sent to it can be read and changed on the way. */
function findUnverified(runtime: Runtime): NonNullable<StatusAnswer['warnings']> {
  return [...runtime.topology().destinations.values()]
    .filter(({ settings }) => settings.verify_ssl === false)
    .map(({ ref, noun, name }) => ({
      object: ref,
      text: 'verify_ssl is off: its certificate is not checked',
      see: `relay ${noun} show ${name}`,
    }));
}

export async function readStatus(runtime: Runtime): Promise<StatusAnswer> {
  const { store } = runtime;
  const config = runtime.config();
  const [counts, info, backlog] = await Promise.all([
    store.counts(runtime.clock.now() - HOUR_MS),
    store.info({ counts: false }),
    store.backlog(),
  ]);
  const problems = await findProblems(runtime, backlog);
  const { host, port, publicUrl, socket } = config.server;
  return {
    version: runtime.version,
    pid: process.pid,
    started_at: iso(runtime.startedAt),
    config_path: config.path,
    config_loaded_at: iso(runtime.configLoadedAt()),
    listening: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    public_url: publicUrl,
    socket,
    database: {
      path: info.path,
      size_bytes: info.sizeBytes + info.walBytes,
      oldest_event_at: info.oldestEventAt === null ? null : iso(info.oldestEventAt),
    },
    last_hour: {
      events: counts.events,
      incidents_opened: counts.incidentsOpened,
      incidents_open: counts.incidentsOpen,
      deliveries: { ...counts.deliveries },
    },
    healthy: problems.length === 0,
    problems,
    paused: findPaused(runtime, backlog),
    noticed: [...(await noticedOfSources(runtime)), ...noticedOfDestinations(runtime, backlog)],
    warnings: findUnverified(runtime),
    backlog: toWire(backlog) as StatusAnswer['backlog'],
  };
}
