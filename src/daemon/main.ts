// `relay serve`: starts the parts in order, waits for a signal, stops them in reverse order. The order is the point of this file:
// nothing listens before everything behind it works, and nothing closes before everything in front of it has ended.

import type { Logger } from 'pino';
import type { LoadedConfig } from '../config/spec.js';
import { type Clock, systemClock } from '../core/clock.js';
import { RelayError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { VERSION } from '../core/version.js';
import { createDeliveryEngine } from '../delivery/create-engine.js';
import { watchMetrics } from '../http/listen/metrics.js';
import { createServer, type HttpListener } from '../http/listen/server.js';
import type { Runtime } from '../http/runtime.js';
import { loadPacks } from '../sources/pack/pack-loader.js';
import { openSqliteStore } from '../store/sqlite/open.js';
import type { Store } from '../store/store.js';
import { banner } from './banner.js';
import { ConfigReader } from './control/config-reader.js';
import { InForce } from './control/in-force.js';
import { keepCreated, outOfForce, provision, readStored } from './control/provision.js';
import { createRuntime, type DaemonRuntime } from './runtime.js';
import { onSignals } from './signals.js';
import { type Housekeeping, startHousekeeping } from './watch/housekeeping.js';
import { logMadeKeys } from './watch/made-keys.js';
import { logUnverified } from './watch/unverified.js';

/** Requests and deliveries under way may take this long to end after SIGTERM. */
const DRAIN_DEADLINE_MS = 10_000;

export interface DaemonOptions {
  /** Absolute; null when no config file was found. */
  readonly configPath: string | null;
  /** `--socket`, in place of the config's. */
  readonly socket: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly invokedAs: string;
}

interface Running {
  readonly runtime: DaemonRuntime;
  readonly store: Store;
  readonly listeners: readonly HttpListener[];
  readonly housekeeping: Housekeeping;
}

/** Runs until a signal. Returns the exit code. @throws RelayError, ConfigError when it cannot start */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  if (options.configPath === null) {
    throw new RelayError('config.not_found', 'there is no config file', {
      fix: `make one: ${options.invokedAs} init   or name one: ${options.invokedAs} serve --config <file>`,
    });
  }
  const log = createLog(options.env.RELAY_LOG_LEVEL);
  const signals = hearSignals(log);
  const reader = new ConfigReader(options.configPath, options.env, options.socket);
  const config = reader.read();
  const store = await openSqliteStore({ dir: config.dataDir, clock: systemClock });
  let state: 'starting' | 'running' | 'draining' = 'starting';
  try {
    const running = await start(options, reader, store, log, systemClock, () => state === 'draining');
    state = 'running';
    signals.reloadWith(running.runtime);
    const signal = await signals.drain;
    state = 'draining';
    log.info({ signal, deadlineMs: DRAIN_DEADLINE_MS }, 'stopping: no new alerts are taken');
    await stop(running);
    log.info('stopped');
    return 0;
  } finally {
    await store.close();
    signals.forget();
  }
}

async function start(
  options: DaemonOptions,
  reader: ConfigReader,
  store: Store,
  log: Logger,
  clock: Clock,
  draining: () => boolean,
): Promise<Running> {
  const config = reader.read();
  const inForce = await bringUp(config, store, options.env, log, clock);
  const engine = createDeliveryEngine({
    store,
    clock,
    random: Math.random,
    log,
    egress: () => inForce.current.config.egress,
    publicUrl: () => inForce.current.served.topology.publicUrl,
    version: VERSION,
    instanceId: (await store.info({ counts: false })).instanceId,
    stdout: process.stdout,
  });
  await engine.update(inForce.current.served.topology, outOfForce(inForce.current));
  const runtime = createRuntime({
    version: VERSION,
    clock,
    log,
    store,
    engine,
    inForce,
    env: options.env,
    load: () => reader.read(),
    draining,
  });
  watchMetrics(runtime);
  await runtime.care.load();
  await runtime.outbox.load();
  await runtime.tokens.load();
  const listeners = [
    createServer(runtime, { listener: 'socket', path: config.server.socket }),
    createServer(runtime, { listener: 'tcp', host: config.server.host, port: config.server.port }),
  ];
  const [, listening] = await listenAll(listeners);
  if (reader.bindTo(listening as string)) await runtime.control.reload({ dryRun: false });
  // Last: a daemon that cannot listen must send nothing, or one that is started again and again would send it again and again.
  await engine.start();
  runtime.care.start();
  runtime.outbox.start();
  const policy = () => inForce.current.config.retention;
  const housekeeping = startHousekeeping({ store, clock, log, policy });
  log.info({ listening, socket: config.server.socket, config: config.path, version: VERSION }, 'listening');
  logUnverified(runtime.topology(), log);
  process.stdout.write(banner(runtime, listening as string, options.invokedAs));
  return { runtime, store, listeners, housekeeping };
}

/** Voids what the last run left under way, provisions the config, and stores what was made for objects seen for the first time. */
async function bringUp(
  config: LoadedConfig,
  store: Store,
  env: NodeJS.ProcessEnv,
  log: Logger,
  clock: Clock,
): Promise<InForce> {
  const unknown = await store.recover(clock.now());
  if (unknown > 0)
    log.warn({ deliveries: unknown }, 'the last run was cut off; deliveries under way then are sent again');
  const packs = loadPacks(config.packDirs);
  const provisioned = provision(config, await readStored(store), packs, env, clock.now(), 'all');
  for (const { message, fix } of provisioned.leftOut) log.error({ fix }, `left out: ${message}`);
  await keepCreated(provisioned.created, store);
  logMadeKeys(provisioned.created.secrets, log);
  return new InForce(provisioned, clock.now());
}

/** All or none: a port that is taken must not leave a socket behind. */
async function listenAll(listeners: readonly HttpListener[]): Promise<string[]> {
  const addresses: string[] = [];
  try {
    for (const listener of listeners) addresses.push(await listener.listen());
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close(0)));
    throw error;
  }
  return addresses;
}

/**
 * From the very start, when a SIGHUP would end the process and a SIGTERM cut it off: what comes while starting is done once started.
 */
function hearSignals(log: Logger): {
  readonly drain: Promise<string>;
  reloadWith(runtime: Runtime): void;
  forget(): void;
} {
  let running: Runtime | null = null;
  let isReloadWanted = false;
  let forget = (): void => undefined;
  const drain = new Promise<string>((resolve) => {
    forget = onSignals(log, {
      drain: resolve,
      reload: () => {
        if (running === null) isReloadWanted = true;
        else reloadConfig(running, log);
      },
    });
  });
  return {
    drain,
    reloadWith(runtime) {
      running = runtime;
      if (isReloadWanted) reloadConfig(runtime, log);
    },
    forget: () => forget(),
  };
}

function reloadConfig(runtime: Runtime, log: Logger): void {
  runtime.control.reload({ dryRun: false }).then(
    ({ added, changed, removed }) => {
      log.info({ added, changed, removed }, 'config reloaded');
      logUnverified(runtime.topology(), log);
    },
    (error: unknown) => log.error({ err: error }, 'the config was not reloaded; the old one stays in force'),
  );
}

async function stop({ runtime, listeners, housekeeping }: Running): Promise<void> {
  await housekeeping.stop();
  const [socket, tcp] = listeners;
  await tcp?.close(DRAIN_DEADLINE_MS);
  await runtime.care.stop();
  await runtime.engine.stop(DRAIN_DEADLINE_MS);
  await runtime.outbox.stop();
  await socket?.close(0);
}
