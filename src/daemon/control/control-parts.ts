// What changes of the config work with: the store they are written to, what is in force, and how file and packs are read anew.

import type { Logger } from 'pino';
import type { LoadedConfig } from '../../config/spec.js';
import type { Clock } from '../../core/clock.js';
import type { DeliveryEngine } from '../../delivery/engine.js';
import type { Source } from '../../model/topology.js';
import type { Pack } from '../../sources/pack/pack.js';
import type { Store } from '../../store/store.js';
import type { InForce } from './in-force.js';

export interface ControlParts {
  readonly store: Store;
  readonly engine: DeliveryEngine;
  readonly clock: Clock;
  readonly inForce: InForce;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** Reads the config file again. @throws ConfigError, RelayError config.* */
  load(): LoadedConfig;
  loadPacks(config: LoadedConfig): ReadonlyMap<string, Pack>;
  integrationUrl(source: Source): string;
}
