// Credentials are shown to nobody, but whoever may change where an object sends could have them sent to a receiver of their own. So over
// the API they move with a change of the receiver only when they come along in it. At the terminal the operator may do as they like.

import { refusedReferences, secretPlaces } from '../../config/secrets.js';
import { RelayError } from '../../core/errors.js';
import { isSecretHeader } from '../../core/redaction.js';
import { INTEGRATION_DRIVERS } from '../../destinations/registry.js';
import type { Noun } from '../../model/topology.js';

type Spec = Readonly<Record<string, unknown>>;

/** @throws RelayError object.invalid when `change` takes what the object logs in with to another host, or over another proxy */
export function refuseMovedCredentials(noun: Noun, old: Spec, change: Spec): void {
  if (!movesElsewhere(old, change)) return;
  const moved = ['auth', 'headers'].filter((key) => change[key] === undefined && holdsSecrets(key, old[key]));
  if (moved.length === 0) return;
  const keys = moved.join(' and ');
  throw new RelayError('object.invalid', `the ${noun} "${String(old.name)}" would log in somewhere else`, {
    why: `its ${keys} would be sent to a receiver, or over a proxy, that they were not given for`,
    fix: `send ${keys} along with the change, or null to take them out`,
  });
}

function holdsSecrets(key: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return key === 'auth' || Object.keys(value).some(isSecretHeader);
}

function movesElsewhere(old: Spec, change: Spec): boolean {
  if (typeof change.proxy === 'string' && change.proxy !== old.proxy) return true;
  const known = new Set(originsOf(old));
  return originsOf(change).some((origin) => !known.has(origin));
}

/** Of a webhook's `urls` and an integration's `url`; what cannot be read has an error of its own. */
function originsOf({ url, urls }: Spec): string[] {
  const given = Array.isArray(urls) ? urls.map((each: { url?: unknown } | null) => each?.url) : [];
  return [url, ...given].flatMap((text) =>
    typeof text === 'string' && URL.canParse(text) ? [new URL(text).origin] : [],
  );
}

/**
 * What was made over the API takes no references from the terminal either: its addresses are an API client's.
 * @throws RelayError object.invalid
 */
export function refuseReferences(noun: Noun, spec: Spec): void {
  const places = secretPlaces(noun, spec, INTEGRATION_DRIVERS);
  const [first] = refusedReferences(spec, places);
  if (first === undefined) return;
  throw new RelayError(
    'object.invalid',
    `${noun} "${String(spec.name)}" was made over the API and takes no references`,
    {
      why: `"${first.path.join('.')}" would have the daemon's environment or files sent where an API client said`,
      fix: `make it yours: relay ${noun} remove ${String(spec.name)}, then add it again in the terminal`,
    },
  );
}

/** An API client that says where an object sends makes it one of the API's, with the reach of those. */
export const leadsElsewhere = (change: Spec): boolean =>
  ['urls', 'url', 'proxy', 'auth'].some((key) => change[key] !== undefined);
