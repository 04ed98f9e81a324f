// Which keys of a config hold secrets, by their names alone: for what must not be shown even where the rest of the file is wrong. Where
// references may stand is in secrets.ts.

import { nearestName } from '../core/nearest.js';
import { isSecretHeader } from '../core/redaction.js';
import { INTEGRATION_DRIVERS } from '../destinations/registry.js';

/** Whatever stands under these is secret, in whatever form. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'key',
  'secret',
  'private_key',
  'password',
  'passphrase',
  'bearer',
  'client_secret',
  ...[...INTEGRATION_DRIVERS.values()].flatMap(({ secretSettings }) =>
    // Of headers only some are.
    secretSettings.filter((setting) => setting !== 'headers'),
  ),
]);
/** Their names mistyped are no known keys, and what stands there is a secret all the same. */
const MISTYPED = ['secret', 'private_key', 'password', 'passphrase', 'client_secret'];
/** A URL shows all but its secrets; a header's name is none. */
const HARMLESS_NAME = /url$|^headers?$|_header$|_id$/i;
const SHORT_NAME = /^(?:pass|pwd|pw)$/i;

export const isSecretKey = (name: string): boolean => SECRET_KEYS.has(name);

/** A key that holds one, a header that does, or a name that is nearly one. */
export const isSecretName = (name: string): boolean =>
  isSecretKey(name) ||
  (!HARMLESS_NAME.test(name) &&
    (isSecretHeader(name) || SHORT_NAME.test(name) || nearestName(name, MISTYPED) !== undefined));
