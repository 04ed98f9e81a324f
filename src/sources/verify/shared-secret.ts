// The methods `token` and `basic`: the secret itself comes along, in a header of its own or as an HTTP Basic password.

import type { VerifyMethod } from '../../model/topology.js';
import { type Check, GENUINE, headerOf, refusal, sameText } from './check.js';

/** @param method of kind `token`, checked by `verifyProblems` */
export function tokenCheck({ header = '', prefix = '' }: VerifyMethod, secrets: readonly string[]): Check {
  return (request) => {
    const given = headerOf(request, header);
    if (given === null) return refusal('missing', `there is no header ${header}`);
    // Names of authentication schemes, the usual prefix, are case-insensitive (RFC 9110 11.1).
    if (given.slice(0, prefix.trimEnd().length).toLowerCase() !== prefix.trimEnd().toLowerCase())
      return refusal('wrong', `the header ${header} does not begin with "${prefix}"`);
    const token = given.slice(prefix.trimEnd().length).trim();
    return anyIs(secrets, token) ? GENUINE : refusal('wrong', `the header ${header} holds another secret`);
  };
}

/** HTTP Basic (RFC 7617): the password is the secret; the user name counts where the method gives one. */
export function basicCheck({ user }: VerifyMethod, secrets: readonly string[]): Check {
  return (request) => {
    const given = headerOf(request, 'authorization');
    const credentials = given === null ? null : /^basic +([A-Za-z0-9+/=]+)$/i.exec(given);
    if (!credentials) return refusal('missing', 'there is no user name and password (HTTP Basic)');
    const pair = Buffer.from(credentials[1] as string, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    const isUser = user === undefined || sameText(pair.slice(0, Math.max(0, colon)), user);
    const isPassword = anyIs(secrets, pair.slice(colon + 1));
    return isUser && isPassword && colon >= 0
      ? GENUINE
      : refusal('wrong', 'the user name or the password (HTTP Basic) is another one');
  };
}

/** Looks at all of them, so that time tells nothing of which one it was. */
const anyIs = (secrets: readonly string[], given: string): boolean =>
  secrets.map((secret) => sameText(secret, given)).includes(true);
