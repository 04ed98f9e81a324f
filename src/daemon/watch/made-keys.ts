// Says for which webhooks a signing key was made that nobody was shown: those of the config file, and whatever else comes into force without
// somebody waiting for the answer. Never says a key.

import type { Logger } from 'pino';
import type { StoredSecret } from '../../store/store.js';

/** Names of the webhooks that got a new shared secret, each once. */
export const secretsMadeFor = (created: readonly StoredSecret[]): string[] => [
  ...new Set(created.filter(({ purpose }) => purpose === 'signing').map(({ name }) => name)),
];

export function logMadeKeys(created: readonly StoredSecret[], log: Logger): void {
  for (const name of secretsMadeFor(created)) {
    log.info(
      `made a signing secret for webhook ${name}: relay webhook rotate-secret ${name} shows a new one`,
    );
  }
  for (const { purpose, name } of created) {
    if (purpose === 'signing_v1a')
      log.info(`made a signing key for webhook ${name}: relay webhook show ${name} shows its public half`);
  }
}
