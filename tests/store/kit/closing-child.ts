// Opens the store in the folder given, writes until the log is moved by its thread, closes, and says so. Nothing else runs here.

import { systemClock } from '../../../src/core/clock.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';

const store = await openSqliteStore({ dir: process.argv[2] as string, clock: systemClock });
const data = JSON.stringify({ text: 'x'.repeat(1_000_000) });
for (let count = 0; count < 10; count++) {
  await store.publish({ type: 'a.b', channels: [], data, deliveries: [] }, { at: 0, actor: 'x:y' });
}
await new Promise((resolve) => setTimeout(resolve, 2_500));
await store.close();
process.stdout.write('closed\n');
