// The real runtime over a real database in a folder of its own, with a receiver that answers 204: all but the process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { systemClock } from '../../../src/core/clock.js';
import { ConfigReader } from '../../../src/daemon/control/config-reader.js';
import { InForce } from '../../../src/daemon/control/in-force.js';
import { keepCreated, provision, readStored } from '../../../src/daemon/control/provision.js';
import { createRuntime } from '../../../src/daemon/runtime.js';
import { createDeliveryEngine } from '../../../src/delivery/create-engine.js';
import type { Runtime } from '../../../src/http/runtime.js';
import { loadPacks } from '../../../src/sources/pack/pack-loader.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';

export interface RealRuntime {
  readonly runtime: Runtime;
  readonly dir: string;
  /** What the daemon logged. */
  readonly logged: string[];
  close(): Promise<void>;
}

function startReceiver(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(204).end());
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const configText = (dir: string, port: number): string => `
server: { listen: 127.0.0.1:0, socket: ${dir}/relay.sock }
data: ${dir}/data
egress: { allow: [127.0.0.0/8] }
services: [ { name: payments, title: Payments, assignee: user:dana } ]
sources:
  - { name: generic, pack: generic, channel: ops, service: payments }
  - { name: metrics, pack: alertmanager, channel: ops }
channels:
  - name: ops
    integrations: [ { name: wall, kind: webhook, url: "http://127.0.0.1:${port}/wall" } ]
webhooks:
  - name: crm
    description: Tickets
    urls: [ { url: "http://127.0.0.1:${port}/a" }, { url: "http://127.0.0.1:${port}/b?token=hunter2", method: PUT } ]
    headers: { X-Api-Key: "hunter2", X-Team: payments }
directory: { users: [ { name: dana, full_name: Dana K. } ] }
`;

export async function startRealRuntime(): Promise<RealRuntime> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-real-'));
  const receiver = await startReceiver();
  const path = join(dir, 'relay.yaml');
  writeFileSync(path, configText(dir, (receiver.address() as AddressInfo).port));
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const clock = systemClock;
  const env = {};
  const reader = new ConfigReader(path, env, null);
  const config = reader.read();
  const store = await openSqliteStore({ dir: config.dataDir, clock });
  const first = provision(config, await readStored(store), loadPacks(config.packDirs), env, clock.now());
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
  await engine.update(first.served.topology);
  const parts = { version: '0.0.0-test', clock, log, store, engine, inForce, env };
  const runtime = createRuntime({ ...parts, load: () => reader.read(), draining: () => false });
  await engine.start();
  return {
    runtime,
    dir,
    logged,
    async close() {
      await engine.stop(500);
      await store.close();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
