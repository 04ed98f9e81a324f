// Where the rest of Relay gets a delivery engine from: the scheduler with the drivers there are.

import { driverFor } from '../destinations/registry.js';
import type { DeliveryEngine } from './engine.js';
import { type DeliveryEngineOptions, Scheduler } from './scheduler.js';

/** @throws Error when a CIDR of `egress` cannot be read */
export function createDeliveryEngine(
  options: Omit<DeliveryEngineOptions, 'driverFor'> & Partial<Pick<DeliveryEngineOptions, 'driverFor'>>,
): DeliveryEngine {
  return new Scheduler({ driverFor, ...options });
}
