// Which way of signing is in force for a source: its own `verify` before its pack's, as far as it has what they need; and how that reads.

import type { Source, SourceVerify } from '../../model/topology.js';
import type { Pack } from '../pack/pack.js';
import { methodsOf, needsSecret, type VerifyGiven } from './verify-schema.js';

/**
 * Null when nothing is checked. Methods that need a secret are in force once there is one; the others always.
 * @param own `verify` of the source itself
 */
export function verifyInForce(
  own: VerifyGiven | undefined,
  pack: Pick<Pack, 'verify'>,
  secret: string | readonly string[] | undefined,
): SourceVerify | null {
  const secrets = secret === undefined ? [] : [secret].flat();
  const given = own === undefined ? pack.verify : methodsOf(own);
  const methods = secrets.length > 0 ? given : given.filter((method) => !needsSecret(method));
  return methods.length === 0 ? null : { methods, secrets, by: own === undefined ? 'pack' : 'source' };
}

/** For people: `checked (github)`, `not checked: give it a secret`, `none for this kind`. */
export function signatureText({ verify, pack }: Source, packs: ReadonlyMap<string, Pack>): string {
  if (verify !== null) {
    const names = verify.methods.map(({ method }) => method).join(' or ');
    return `checked (${verify.by === 'pack' ? pack : names})`;
  }
  return packs.get(pack)?.verify.some(needsSecret) === true
    ? 'not checked: give it a secret'
    : 'none for this kind';
}
