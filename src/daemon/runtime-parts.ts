// What the running daemon is made of before it runs: the parts that `main.ts` opens and everything else is built on.

import type { Logger } from 'pino';
import type { LoadedConfig } from '../config/spec.js';
import type { Clock } from '../core/clock.js';
import type { DeliveryEngine } from '../delivery/engine.js';
import type { FetchSns } from '../sources/verify/sns-certificates.js';
import type { Store } from '../store/store.js';
import type { InForce } from './control/in-force.js';

export interface RuntimeParts {
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly engine: DeliveryEngine;
  readonly inForce: InForce;
  readonly env: NodeJS.ProcessEnv;
  /** Reads the config file again. @throws ConfigError, RelayError config.* */
  load(): LoadedConfig;
  draining(): boolean;
  /** How Amazon SNS is called, where not over the network. */
  readonly fetchSns?: FetchSns;
}
