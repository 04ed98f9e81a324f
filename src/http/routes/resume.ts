// `POST /<integrations|webhooks>/:name/resume`: a destination works again, also one that Relay disabled. What was held meanwhile is sent or
// dropped as the request says; when it does not say and something is held, nothing is changed.

import { RelayError } from '../../core/errors.js';
import type { Scope } from '../../model/access-token.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { findDestinations } from '../view/find.js';
import type { ResumeAnswer } from '../wire/api-types.js';
import { described, input, oneOf, ref } from '../wire/schema.js';
import { DROPPED_BY_HAND } from './drop-held.js';

type Noun = 'integration' | 'webhook';

interface ResumeBody {
  readonly held?: 'send' | 'drop';
}

const DROP_STEP = 500;

const undecided = (destination: string, total: number, path: string): RelayError =>
  new RelayError(
    'delivery.held',
    `${total} ${total === 1 ? 'delivery is' : 'deliveries are'} held for ${destination}: send or drop?`,
    {
      why: 'they were made while it was paused or disabled, and may be out of date by now; it stays as it is until you say',
      fix: `POST ${path} with {"held": "send"}, or {"held": "drop"} to cancel them`,
    },
  );

/** In short transactions, and before it is resumed, so that nothing of it is sent. What is made from now on is kept. */
async function dropAll({ store }: Runtime, destination: string, until: number): Promise<number> {
  let dropped = 0;
  while (true) {
    const { changed } = await store.dropHeld(destination, until, DROPPED_BY_HAND, DROP_STEP);
    dropped += changed;
    if (changed === 0) return dropped;
  }
}

async function resume(
  noun: Noun,
  path: string,
  { runtime, params, body }: ApiCall<unknown, ResumeBody, { name: string }>,
): Promise<ResumeAnswer> {
  const { name } = params;
  findDestinations(runtime.topology(), noun, name);
  const destination = `${noun}/${name}`;
  const until = runtime.clock.now();
  const held = await runtime.store.countDeliveries({ status: ['held'], destination, until });
  if (held > 0 && body.held === undefined)
    throw undecided(destination, held, `/api/v1/${path}/${name}/resume`);
  const dropped = held > 0 && body.held === 'drop' ? await dropAll(runtime, destination, until) : 0;
  await runtime.control.setPaused(noun, name, false);
  return { name, sent: held - dropped, dropped };
}

export function resumeRoute(noun: Noun, path: string, scope: Scope): ApiRoute {
  return {
    method: 'POST',
    path: `/${path}/:name/resume`,
    scope,
    tag: path,
    summary: `Resume ${noun === 'webhook' ? 'a webhook' : 'an integration'}, also one that Relay disabled. When deliveries are held, \`held\` must say what is done with them; else 409 \`delivery.held\` with their number, and nothing is changed.`,
    body: input({
      held: described(oneOf('send', 'drop'), 'What was held meanwhile is sent, or cancelled'),
    }),
    answer: ref('Resume'),
    handle: (call: ApiCall<unknown, ResumeBody, { name: string }>) => resume(noun, path, call),
  };
}
