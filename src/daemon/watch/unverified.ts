// Says in the log which webhooks are sent to without a look at the certificate: who starts Relay should not have to ask for it. The same
// is in `status` and `doctor`, which look when they are asked.

import type { Logger } from 'pino';
import type { Topology } from '../../model/topology.js';

export function logUnverified({ destinations }: Topology, log: Logger): void {
  const unverified = [...destinations.values()].filter(({ settings }) => settings.verify_ssl === false);
  if (unverified.length === 0) return;
  const names = [...new Set(unverified.map(({ noun, name }) => `${noun}/${name}`))];
  log.warn(
    { destinations: names },
    'verify_ssl is off: certificates are not checked, what is sent can be read and changed on the way',
  );
}
