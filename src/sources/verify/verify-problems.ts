// What the schema of `verify:` cannot say: which keys a method needs, takes and makes sense of. Tolerates data the schema refuses, so that
// all mistakes are told at once.

import { decodeSigningKey } from '../../core/signing.js';
import { parseSpan } from '../../core/units.js';
import type { VerifyMethod } from '../../model/topology.js';

export interface VerifyProblem {
  /** From `verify` on: an index where it is a list, a key where one is at fault. */
  readonly path: readonly (string | number)[];
  readonly code: 'missing_key' | 'unknown_key' | 'invalid_value';
  readonly message: string;
  readonly fix: string;
}

interface Needs {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly example: string;
}

const NEEDS: Readonly<Record<string, Needs>> = {
  hmac: {
    required: ['header'],
    optional: ['prefix', 'separator', 'algorithm', 'encoding', 'signed', 'timestamp_header', 'tolerance'],
    example: '{ method: hmac, header: X-Signature, prefix: "sha256=" }',
  },
  token: { required: ['header'], optional: ['prefix'], example: '{ method: token, header: X-Token }' },
  basic: { required: [], optional: ['user'], example: '{ method: basic, user: relay }' },
  'standard-webhooks': { required: [], optional: ['tolerance'], example: '{ method: standard-webhooks }' },
  sns: { required: [], optional: ['topics', 'raw'], example: '{ method: sns }' },
};
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const LONGEST_TOLERANCE_MS = 86_400_000;

/** @param given the value of `verify:`, whatever it is */
export function verifyProblems(given: unknown): VerifyProblem[] {
  if (Array.isArray(given)) return given.flatMap((one, index) => methodProblems(one, [index]));
  return methodProblems(given, []);
}

function methodProblems(given: unknown, at: readonly (string | number)[]): VerifyProblem[] {
  if (typeof given !== 'object' || given === null) return [];
  const method = given as Readonly<Record<string, unknown>>;
  const needs = typeof method.method === 'string' ? NEEDS[method.method] : undefined;
  if (needs === undefined) return [];
  const name = method.method as string;
  const missing = needs.required
    .filter((key) => method[key] === undefined)
    .map(
      (key): VerifyProblem => ({
        path: at,
        code: 'missing_key',
        message: `the method ${name} needs "${key}"`,
        fix: `such as: verify: ${needs.example}`,
      }),
    );
  const strange = Object.keys(method)
    .filter((key) => key !== 'method' && isKeyOfSomeMethod(key))
    .filter((key) => !needs.required.includes(key) && !needs.optional.includes(key))
    .map(
      (key): VerifyProblem => ({
        path: [...at, key],
        code: 'unknown_key',
        message: `the method ${name} has no use for "${key}"`,
        fix: 'take it out',
      }),
    );
  return [...missing, ...strange, ...valueProblems(method, at)];
}

const isKeyOfSomeMethod = (key: string): boolean =>
  Object.values(NEEDS).some(({ required, optional }) => required.includes(key) || optional.includes(key));

function valueProblems(
  method: Readonly<Record<string, unknown>>,
  at: readonly (string | number)[],
): VerifyProblem[] {
  const problems: VerifyProblem[] = [];
  const say = (key: string, message: string, fix: string): void => {
    problems.push({ path: [...at, key], code: 'invalid_value', message, fix });
  };
  for (const key of ['header', 'timestamp_header']) {
    const name = method[key];
    if (typeof name === 'string' && name !== '' && !HEADER_NAME.test(name))
      say(key, `"${name}" is not the name of a header`, 'use letters, digits and "-"');
  }
  const { tolerance, timestamp_header: timestampHeader } = method;
  if (typeof tolerance === 'string') {
    const ms = parseSpan(tolerance) ?? 0;
    if (ms <= 0 || ms > LONGEST_TOLERANCE_MS)
      say('tolerance', `"${tolerance}" is not a span of time up to 24h`, 'such as: tolerance: 5m');
    else if (method.method === 'hmac' && timestampHeader === undefined)
      say('tolerance', 'a tolerance needs a time to compare with', 'add "timestamp_header", or take it out');
  }
  const signed = typeof method.signed === 'string' ? method.signed : '{body}';
  if (method.method === 'hmac' && typeof timestampHeader === 'string' && !signed.includes('{timestamp}'))
    say(
      'timestamp_header',
      'a time that is not signed proves nothing',
      'say how it is signed, such as: signed: "{timestamp}.{body}", or take it out',
    );
  if (typeof method.signed === 'string') problems.push(...signedProblems(method.signed, method, at));
  return problems;
}

function signedProblems(
  signed: string,
  method: Readonly<Record<string, unknown>>,
  at: readonly (string | number)[],
): VerifyProblem[] {
  const path = [...at, 'signed'];
  const problem = (message: string, fix: string): VerifyProblem[] => [
    { path, code: 'invalid_value', message, fix },
  ];
  const unknown = [...signed.matchAll(/\{([^{}]*)\}/g)].find(
    ([, name]) => name !== 'body' && name !== 'timestamp',
  );
  if (unknown) return problem(`"${unknown[0]}" stands for nothing`, 'what is known: {body} and {timestamp}');
  if (signed.split('{body}').length !== 2)
    return problem('"signed" must hold {body} once', 'such as: signed: "v0:{timestamp}:{body}"');
  if (signed.includes('{timestamp}') && method.timestamp_header === undefined)
    return problem('{timestamp} needs a header to come from', 'add: timestamp_header: X-…-Timestamp');
  return [];
}

/** Why none of the methods could ever accept this secret; null when one can. Says nothing of the secret itself. */
export function unusableSecret(methods: readonly VerifyMethod[], secret: string): string | null {
  const usable = methods.some(({ method }) =>
    method === 'standard-webhooks' ? decodeSigningKey(secret) !== null : method !== 'sns',
  );
  return usable ? null : 'a secret of Standard Webhooks is "whsec_" and 24 to 64 bytes in base64';
}
