// The real runtime over a real database in a folder of its own, in this process: all of the daemon but its listeners. The config file
// can be rewritten and reloaded, and the whole be started again on the same folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { stringify } from 'yaml';
import type { Clock } from '../../src/core/clock.js';
import { systemClock } from '../../src/core/clock.js';
import { ConfigReader } from '../../src/daemon/control/config-reader.js';
import { InForce } from '../../src/daemon/control/in-force.js';
import { keepCreated, outOfForce, provision, readStored } from '../../src/daemon/control/provision.js';
import { createRuntime, type DaemonRuntime } from '../../src/daemon/runtime.js';
import type { RuntimeParts } from '../../src/daemon/runtime-parts.js';
import { createDeliveryEngine } from '../../src/delivery/create-engine.js';
import type { Delivery } from '../../src/model/delivery.js';
import type { Source } from '../../src/model/topology.js';
import { loadPacks } from '../../src/sources/pack/pack-loader.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { AcceptResult, Store } from '../../src/store/store.js';
import { removeDir, tempDir, untilTrue } from './wait.js';

export type ConfigObject = Readonly<Record<string, unknown>>;

export interface RunningOptions {
  /** Without `server` and `data`, which are put in. */
  readonly config: ConfigObject;
  /** A folder of an earlier life; by default a new one. */
  readonly dir?: string;
  readonly clock?: Clock;
  readonly env?: NodeJS.ProcessEnv;
  readonly draining?: () => boolean;
  /** How Amazon SNS is called; by default over the network. */
  readonly fetchSns?: RuntimeParts['fetchSns'];
}

export interface Running {
  readonly runtime: DaemonRuntime;
  readonly store: Store;
  readonly dir: string;
  readonly configPath: string;
  /** What was logged, one JSON line each. */
  readonly logged: string[];
  /** Replaces the config file; does not reload. A text is written as it is. */
  write(config: ConfigObject | string): void;
  /** Posts an alert to a source of pack `generic`. @throws RelayError ingest.* */
  alert(source: string, body: ConfigObject, idempotencyKey?: string): Promise<AcceptResult>;
  /** Waits until nothing is pending or under way, and gives every delivery there is, oldest first. */
  settled(): Promise<readonly Delivery[]>;
  /** Stops in good order and keeps the folder. */
  stop(): Promise<void>;
  /** Stops and deletes the folder. */
  remove(): Promise<void>;
}

function textOf(dir: string, config: ConfigObject | string): string {
  if (typeof config === 'string') return config;
  const server = { listen: '127.0.0.1:0', socket: join(dir, 'relay.sock') };
  return stringify({ server, data: join(dir, 'data'), ...config });
}

/** Provisions and starts as `relay serve` does. @throws ConfigError as it would */
export async function startRunning(options: RunningOptions): Promise<Running> {
  const dir = options.dir ?? tempDir();
  const clock = options.clock ?? systemClock;
  const env = options.env ?? {};
  const configPath = join(dir, 'relay.yaml');
  const write = (config: ConfigObject | string): void => {
    mkdirSync(dirname(configPath), { recursive: true });
    writeFileSync(configPath, textOf(dir, config));
  };
  write(options.config);
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const reader = new ConfigReader(configPath, env, null);
  const config = reader.read();
  const store = await openSqliteStore({ dir: config.dataDir, clock });
  await store.recover(clock.now());
  const first = provision(
    config,
    await readStored(store),
    loadPacks(config.packDirs),
    env,
    clock.now(),
    'all',
  );
  for (const { message } of first.leftOut) logged.push(`left out: ${message}`);
  await keepCreated(first.created, store);
  const inForce = new InForce(first, clock.now());
  const engine = createDeliveryEngine({
    store,
    clock,
    random: Math.random,
    log,
    egress: () => inForce.current.config.egress,
    publicUrl: () => inForce.current.served.topology.publicUrl,
    version: '0.0.0-test',
    instanceId: (await store.info()).instanceId,
    stdout: new PassThrough().resume(),
  });
  await engine.update(first.served.topology, outOfForce(first));
  const runtime = createRuntime({
    version: '0.0.0-test',
    clock,
    log,
    store,
    engine,
    inForce,
    env,
    load: () => reader.read(),
    draining: options.draining ?? (() => false),
    ...(options.fetchSns ? { fetchSns: options.fetchSns } : {}),
  });
  await runtime.care.load();
  await runtime.outbox.load();
  await engine.start();
  const stop = async (): Promise<void> => {
    await runtime.care.stop();
    await engine.stop(500);
    await runtime.outbox.stop();
    await store.close();
  };
  return {
    runtime,
    store,
    dir,
    configPath,
    logged,
    write,
    alert: (source, body, idempotencyKey) =>
      runtime.ingest(runtime.topology().sources.get(source) as Source, {
        text: JSON.stringify(body),
        contentType: 'application/json',
        idempotencyKey: idempotencyKey ?? null,
      }),
    async settled() {
      const unfinished = { status: ['pending', 'sending'] as const, limit: 1 };
      await untilTrue(
        'nothing is pending',
        async () => (await store.listDeliveries(unfinished)).items.length === 0,
      );
      return [...(await store.listDeliveries({ limit: 1000 })).items].reverse();
    },
    stop,
    async remove() {
      await stop();
      removeDir(dir);
    },
  };
}
