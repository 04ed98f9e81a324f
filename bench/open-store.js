// Opens the store of the compiled product, as the daemon does.

import { systemClock } from '../dist/core/clock.js';
import { openSqliteStore } from '../dist/store/sqlite/open.js';

/** @param {string} path @returns {Promise<import('../src/store/store.js').Store>} */
export async function openStore(path) {
  return openSqliteStore({ path, clock: systemClock });
}
