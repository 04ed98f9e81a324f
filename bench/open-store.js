// Opens the store of the compiled product, as the daemon does.

import { systemClock } from '../dist/core/clock.js';
import { openSqliteStore } from '../dist/store/sqlite/open.js';

/** @param {string} dir the data directory @returns {Promise<import('../src/store/store.js').Store>} */
export async function openStore(dir) {
  return openSqliteStore({ dir, clock: systemClock });
}
