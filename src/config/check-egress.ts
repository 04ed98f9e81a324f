// Whether an object's own addresses can be reached at all: an address that stands in a URL, in whatever spelling, is judged here by the rule
// that deliveries go by. A name is not looked up: where it leads is known only when something is sent.

import { createEgressRule, type EgressRule, type Reach, refusedLiteral } from '../core/egress.js';
import { parseCidr } from './formats.js';
import { childOf, listIn, type PathPart, type Problem, problemAt, textOf } from './problem.js';

export interface EgressCheck {
  readonly rule: EgressRule;
  readonly reach: Reach;
  readonly severity: Problem['severity'];
}

/** The rule of a file's data that may still be wrong: a range that is none has its own error. */
export function ruleOf(data: unknown): EgressRule {
  const egress = childOf(data, 'egress');
  const ranges = (key: string): string[] =>
    listIn(egress, key).flatMap((text) => (typeof text === 'string' ? (parseCidr(text) ?? []) : []));
  return createEgressRule({ allow: ranges('allow'), deny: ranges('deny') });
}

/** One problem for each address of an integration or a webhook that will be refused: receivers, proxy, token server. */
export function checkEgress(spec: unknown, base: readonly PathPart[], check: EgressCheck): Problem[] {
  const places: readonly (readonly PathPart[])[] = [
    ['url'],
    ...listIn(spec, 'urls').map((_, index) => ['urls', index, 'url'] as const),
    ['proxy'],
    ['auth', 'oauth2', 'token_url'],
  ];
  return places.flatMap((place) => {
    const url = textOf(place.reduce<unknown>((holder, part) => childOf(holder, part), spec));
    return refusedUrl(url, [...base, ...place], check);
  });
}

/** @param url undefined, or no URL at all: nothing to say of it here */
export function refusedUrl(
  url: string | undefined,
  path: readonly PathPart[],
  check: EgressCheck,
): Problem[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const refused = refusedLiteral(check.rule, new URL(url).hostname, check.reach);
  if (refused === null) return [];
  const [why, fix] = refused.split('; ') as [string, string];
  const message = `"${String(path.at(-1))}" can never be reached: ${why}`;
  return [problemAt(path, 'egress', message, fix, { severity: check.severity })];
}
