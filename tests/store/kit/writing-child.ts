// A process that writes to a store without end and prints the ids of what was acknowledged, a line each, until it is killed.

import { writeSync } from 'node:fs';
import { systemClock } from '../../../src/core/clock.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { alert, decider, planned, settlement } from '../contract/fixtures.js';

const store = await openSqliteStore({ dir: process.argv[2] as string, clock: systemClock });
await store.recover(systemClock.now());
let serial = 0;

async function writeOne(): Promise<void> {
  const at = systemClock.now();
  const given = alert({ groupingId: `${process.pid}-${serial++}`, payload: 'x'.repeat(500) });
  const to = [planned('webhook/crm', { claim: true, dueAt: at })];
  const result = await store.accept(
    { source: 'child', at, actor: 'source:child', idempotencyKey: null, alerts: [given] },
    decider(at, 'child', to),
  );
  writeSync(1, `accepted ${result.alerts[0]?.id} ${result.claimed[0]?.id}\n`);
  if (serial % 2 === 0) return;
  await store.settle(settlement(result.claimed[0]!));
  writeSync(1, `settled ${result.claimed[0]?.id}\n`);
}

for (;;) await Promise.all(Array.from({ length: 8 }, writeOne));
