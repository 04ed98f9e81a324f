// Adding, editing and removing what is configured: the same three routes for every noun. What a spec may hold is the config's to say.

import type { Scope } from '../../model/access-token.js';
import type { Noun } from '../../model/topology.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { freeMap, name, record, ref } from '../wire/schema.js';

type Spec = Record<string, unknown>;
type Named = { name: string };

const SPEC = { ...freeMap, description: 'As the object stands in the config file' };

/** `POST /<path>`, `PATCH /<path>/:name`, `DELETE /<path>/:name`. */
export function changeRoutes(noun: Noun, path: string, scope: Scope): ApiRoute[] {
  return [
    {
      method: 'POST',
      path: `/${path}`,
      scope,
      tag: path,
      summary: `Add a ${noun}. A secret made for it is in this answer and never shown again.`,
      body: { ...SPEC, properties: { name }, required: ['name'] },
      answer: ref('Secret'),
      status: 201,
      handle: ({ runtime, body, caller }: ApiCall<unknown, Spec>) =>
        runtime.control.add(noun, body, caller.origin),
    },
    {
      method: 'PATCH',
      path: `/${path}/:name`,
      scope,
      tag: path,
      summary: `Change a ${noun}: the keys given replace the old ones, null removes one. A secret made for it is in this answer and never shown again.`,
      body: { ...SPEC, minProperties: 1 },
      answer: ref('Change'),
      handle: ({ runtime, params, body, caller }: ApiCall<unknown, Spec, Named>) =>
        runtime.control.edit(noun, params.name, body, caller.origin),
    },
    {
      method: 'DELETE',
      path: `/${path}/:name`,
      scope,
      tag: path,
      summary: `Remove a ${noun}.`,
      answer: record({ name }),
      handle: async ({ runtime, params }: ApiCall<unknown, unknown, Named>) => {
        await runtime.control.remove(noun, params.name);
        return { name: params.name };
      },
    },
  ];
}

/** `POST /<path>/:name/pause`; or of a source `/resume`, where nothing is held that somebody has to decide about. */
export function pauseRoute(
  noun: 'source' | 'integration' | 'webhook',
  path: string,
  scope: Scope,
  verb: 'pause' | 'resume' = 'pause',
): ApiRoute {
  return {
    method: 'POST',
    path: `/${path}/:name/${verb}`,
    scope,
    tag: path,
    summary: `${verb === 'pause' ? 'Pause' : 'Resume'} ${noun === 'integration' ? 'an' : 'a'} ${noun}.`,
    answer: record({ name }),
    handle: async ({ runtime, params }: ApiCall<unknown, unknown, Named>) => {
      await runtime.control.setPaused(noun, params.name, verb === 'pause');
      return { name: params.name };
    },
  };
}
