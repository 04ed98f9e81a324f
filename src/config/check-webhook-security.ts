// What a schema cannot say of how a webhook proves itself and whom it trusts: one way to log in, no two owners of a header, certificates
// that can be read and belong to their key. Warns of what is allowed and unwise. Never puts a secret into a message.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isReservedHeader } from '../destinations/webhook/headers.js';
import { childOf, entriesIn, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import { isReference } from './secrets.js';

type Path = readonly PathPart[];

const WAYS = ['basic', 'bearer', 'oauth2'];
const warning = { severity: 'warning' } as const;

/** @param now ms UTC, for certificates that have ended */
export function checkWebhookSecurity(spec: unknown, base: Path, now = Date.now()): Problem[] {
  return [
    ...checkAuth(spec, base),
    ...checkHmac(spec, base),
    ...checkSigning(spec, base),
    ...checkTls(childOf(spec, 'tls'), [...base, 'tls'], now),
    ...checkVerifySsl(spec, base),
  ];
}

function checkVerifySsl(spec: unknown, base: Path): Problem[] {
  if (childOf(spec, 'verify_ssl') !== false) return [];
  const message = 'verify_ssl is off: whoever stands on the way can read and change what is sent';
  const fix = 'give the receiver a valid certificate, or trust its authority: tls: { ca: file:./ca.pem }';
  return [problemAt([...base, 'verify_ssl'], 'unverified', message, fix, warning)];
}

function checkAuth(spec: unknown, base: Path): Problem[] {
  const auth = childOf(spec, 'auth');
  if (typeof auth !== 'object' || auth === null || Array.isArray(auth)) return [];
  const path = [...base, 'auth'];
  const given = WAYS.filter((way) => childOf(auth, way) !== undefined);
  const problems: Problem[] = [];
  if (given.length !== 1) {
    const said = given.length === 0 ? 'says no way to log in' : `says ${given.length} ways to log in`;
    problems.push(
      problemAt(path, 'invalid_value', `"auth" ${said}`, `use exactly one of: ${WAYS.join(', ')}`),
    );
  }
  const header = entriesIn(spec, 'headers').find(([name]) => name.toLowerCase() === 'authorization');
  if (header !== undefined) {
    const message = '"auth" and a header Authorization both say who calls';
    problems.push(problemAt(path, 'invalid_value', message, 'take one of them out', { on: 'key' }));
  }
  if (textOf(childOf(childOf(auth, 'basic'), 'user'))?.includes(':')) {
    const message = 'a user name of HTTP Basic cannot hold a colon (RFC 7617)';
    problems.push(
      problemAt([...path, 'basic', 'user'], 'invalid_value', message, 'what follows it is the password'),
    );
  }
  return [...problems, ...checkBearer(auth, path), ...checkTokenUrl(auth, path)];
}

/** RFC 6750 §2.1: visible ASCII. A line end or a space would fail every request, or send `Bearer` twice. */
function checkBearer(auth: unknown, path: Path): Problem[] {
  const token = textOf(childOf(auth, 'bearer'));
  if (token === undefined || isReference(token) || /^[\x21-\x7e]+$/.test(token)) return [];
  const message = '"bearer" holds spaces, line ends or letters that no token can have';
  const fix = 'give the token alone, on one line, without the word Bearer before it';
  return [problemAt([...path, 'bearer'], 'invalid_value', message, fix)];
}

const LOCAL = /^(localhost|127\.[\d.]+|\[::1\])$/;

function checkTokenUrl(auth: unknown, path: Path): Problem[] {
  const url = textOf(childOf(childOf(auth, 'oauth2'), 'token_url'));
  if (url === undefined || !URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || LOCAL.test(hostname)) return [];
  const message = 'the client secret goes to "token_url" unencrypted';
  return [problemAt([...path, 'oauth2', 'token_url'], 'plain_token_url', message, 'use https://', warning)];
}

function checkHmac(spec: unknown, base: Path): Problem[] {
  const name = textOf(childOf(childOf(spec, 'hmac'), 'header'));
  if (name === undefined) return [];
  const path = [...base, 'hmac', 'header'];
  if (isReservedHeader(name) || /^(authorization|user-agent|ce-.*)$/i.test(name)) {
    return [
      problemAt(path, 'invalid_value', `the header "${name}" has another meaning`, 'such as: X-Signature'),
    ];
  }
  const isTwice = entriesIn(spec, 'headers').some(([other]) => other.toLowerCase() === name.toLowerCase());
  if (!isTwice) return [];
  const message = `the header "${name}" is in "headers" too`;
  return [problemAt(path, 'invalid_value', message, 'take it out of "headers"')];
}

function checkSigning(spec: unknown, base: Path): Problem[] {
  const signature = childOf(spec, 'signature') ?? 'v1';
  const uses = (scheme: string): boolean =>
    Array.isArray(signature) ? signature.includes(scheme) : signature === scheme;
  return [
    ['secret', 'v1'],
    ['private_key', 'v1a'],
  ].flatMap(([key, scheme]) => {
    if (childOf(spec, key as string) === undefined || uses(scheme as string)) return [];
    const message = `"${key}" signs nothing: "signature" does not name ${scheme}`;
    const fix = `write signature: [v1, v1a], or take "${key}" out`;
    return [problemAt([...base, key as string], 'unused_key', message, fix, { ...warning, on: 'key' })];
  });
}

/** The text of a PEM value that could be resolved; a reference that could not has its own error. */
function pemOf(tls: unknown, key: string): string | undefined {
  const value = textOf(childOf(tls, key));
  return value === undefined || isReference(value) || !value.includes('-----BEGIN ') ? undefined : value;
}

function checkTls(tls: unknown, path: Path, now: number): Problem[] {
  const [cert, key] = [childOf(tls, 'cert'), childOf(tls, 'key')];
  if ((cert === undefined) !== (key === undefined)) {
    const [has, lacks] = cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    const message = `"tls" has a ${has} and no ${lacks}`;
    return [problemAt(path, 'missing_key', message, `add for example: ${lacks}: file:./relay.${lacks}.pem`)];
  }
  const ours = readCertificate(tls, 'cert', path, now);
  const authority = readCertificate(tls, 'ca', path, now);
  const problems = [...ours.problems, ...authority.problems];
  const pem = pemOf(tls, 'key');
  if (pem === undefined) return problems;
  const read = readKey(pem, textOf(childOf(tls, 'passphrase')));
  if (read === undefined) {
    const fix = 'check that it is a private key in PEM form, and its passphrase';
    return [...problems, problemAt([...path, 'key'], 'invalid_value', '"key" in "tls" cannot be read', fix)];
  }
  if (ours.certificate?.checkPrivateKey(read) === false) {
    const message = '"key" in "tls" does not belong to "cert"';
    problems.push(problemAt([...path, 'key'], 'invalid_value', message, 'give both of one certificate'));
  }
  return problems;
}

function readKey(key: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    return undefined;
  }
}

function readCertificate(
  tls: unknown,
  key: 'cert' | 'ca',
  path: Path,
  now: number,
): { certificate?: X509Certificate; problems: Problem[] } {
  const pem = pemOf(tls, key);
  if (pem === undefined) return { problems: [] };
  const at = [...path, key];
  try {
    const certificate = new X509Certificate(pem);
    if (Date.parse(certificate.validTo) > now) return { certificate, problems: [] };
    const message = `"${key}" in "tls" ended at ${new Date(certificate.validTo).toISOString().slice(0, 10)}`;
    return {
      certificate,
      problems: [problemAt(at, 'expired', message, 'put a new one in its place', warning)],
    };
  } catch {
    const message = `"${key}" in "tls" cannot be read`;
    return {
      problems: [problemAt(at, 'invalid_value', message, 'check that it is a certificate in PEM form')],
    };
  }
}
