// What is wrong with how a source says its requests are signed: its `verify`, its `secret`, and both together with its pack.

import type { VerifyMethod } from '../model/topology.js';
import { unusableSecret, verifyProblems } from '../sources/verify/verify-problems.js';
import { methodsOf, needsSecret, type VerifyGiven } from '../sources/verify/verify-schema.js';
import type { KnownNames } from './known-names.js';
import { childOf, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import { isReference } from './secrets.js';

export function checkVerify(spec: unknown, base: readonly PathPart[], known: KnownNames): Problem[] {
  const own = childOf(spec, 'verify');
  const problems = own === undefined ? [] : verifyProblems(own);
  if (problems.length > 0) {
    return problems.map(({ path, code, message, fix }) =>
      problemAt([...base, 'verify', ...path], code, message, fix, {
        on: code === 'unknown_key' ? 'key' : 'value',
      }),
    );
  }
  const pack = known.packs?.get(textOf(childOf(spec, 'pack')) ?? '');
  const methods = own === undefined ? pack?.verify : methodsOf(own as VerifyGiven);
  if (methods === undefined || !methods.every(isMethod)) return [];
  const secret = childOf(spec, 'secret');
  return secret === undefined
    ? checkWithout(own, methods, base)
    : checkSecret(secret, methods, own === undefined ? `pack "${pack?.slug}"` : '"verify"', base);
}

const isMethod = (method: unknown): boolean => textOf(childOf(method, 'method')) !== undefined;

/** A source that says itself how it is signed means it: without a secret nothing would be checked. */
function checkWithout(own: unknown, methods: readonly VerifyMethod[], base: readonly PathPart[]): Problem[] {
  const method = own === undefined ? undefined : methods.find(needsSecret);
  if (method === undefined) return [];
  return [
    problemAt(
      [...base, 'verify'],
      'missing_key',
      `the method ${method.method} needs a secret`,
      'add to this source: secret: env:NAME',
      { on: 'key' },
    ),
  ];
}

function checkSecret(
  secret: unknown,
  methods: readonly VerifyMethod[],
  by: string,
  base: readonly PathPart[],
): Problem[] {
  const path = [...base, 'secret'];
  if (!methods.some(needsSecret)) {
    const message =
      methods.length === 0
        ? `${by} does not say how its senders sign, so this secret would check nothing`
        : `the method ${methods[0]?.method} of ${by} uses no secret`;
    const fix =
      methods.length === 0
        ? 'say it: verify: { method: token, header: X-… }, or take "secret" out; see docs/config.md'
        : 'take it out';
    return [problemAt(path, 'invalid_value', message, fix, { on: 'key' })];
  }
  const isList = Array.isArray(secret);
  return [secret].flat().flatMap((one: unknown, index) => {
    if (typeof one !== 'string' || one === '' || isReference(one)) return [];
    const why = unusableSecret(methods, one);
    const at = isList ? [...path, index] : path;
    return why === null
      ? []
      : [problemAt(at, 'invalid_value', `this secret cannot be used: ${why}`, 'copy it whole')];
  });
}
