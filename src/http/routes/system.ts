// The daemon itself: how it stands, its config and packs.

import { isMailAddress } from '../../config/formats.js';
import { exportConfig, showConfig } from '../../config/show.js';
import { RelayError } from '../../core/errors.js';
import { LISTS } from '../../model/lists.js';
import type { Pack } from '../../sources/pack/pack.js';
import { packDetail, packItem } from '../../sources/pack/pack-view.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { notFound } from '../view/find.js';
import { type ListParameters, pageOfRows } from '../view/lists.js';
import { readStatus } from '../view/status.js';
import type { MailTestAnswer, PackDetail } from '../wire/api-types.js';
import { described, flag, input, list, listQuery, pageOf, record, ref, text } from '../wire/schema.js';
import { TAIL_ROUTE } from './tail.js';

const usersOf = (runtime: Runtime, { slug }: Pack): string[] =>
  [...runtime.topology().sources.values()].filter(({ pack }) => pack === slug).map(({ name }) => name);

function showPack({ runtime, params }: ApiCall<unknown, unknown, { slug: string }>): PackDetail {
  const packs = runtime.packs();
  const pack = packs.get(params.slug) ?? notFound('pack', params.slug, packs.keys(), 'pack.not_found');
  return packDetail(pack, usersOf(runtime, pack));
}

function listPacks({ runtime, query }: ApiCall<ListParameters>): unknown {
  const rows = [...runtime.packs().values()].map((pack) => ({
    ...packItem(pack, usersOf(runtime, pack)),
    name: pack.slug,
  }));
  const page = pageOfRows(rows, query, LISTS.packs.sort);
  return { items: page.items.map(({ name: _, ...item }) => item), next: page.next };
}

/** @throws RelayError usage.invalid, mail.not_configured, mail.failed */
function sendTestMail(runtime: Runtime, to: string): Promise<MailTestAnswer> {
  if (isMailAddress(to)) return runtime.mails.sendTest(to);
  throw new RelayError('usage.invalid', `"${to}" is not a mail address`, {
    fix: 'for example: relay doctor --mail-to oncall@example.org',
  });
}

const YAML = record({ yaml: text });

export const SYSTEM_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/status',
    scope: 'read',
    tag: 'status',
    summary: 'How the daemon stands.',
    answer: ref('Status'),
    handle: ({ runtime }: ApiCall) => readStatus(runtime),
  },
  {
    method: 'GET',
    path: '/doctor',
    scope: 'read',
    tag: 'status',
    summary: 'Checks of all that commonly goes wrong.',
    answer: record({ items: list(ref('DoctorCheck')) }),
    handle: async ({ runtime }: ApiCall) => ({ items: await runtime.doctor() }),
  },
  {
    method: 'POST',
    path: '/doctor/mail',
    scope: 'admin',
    tag: 'status',
    summary: 'Send a test mail through the mail server of the config.',
    body: input({ to: described(text, 'A mail address') }, ['to']),
    answer: ref('MailTest'),
    handle: ({ runtime, body }: ApiCall<unknown, { to: string }>) => sendTestMail(runtime, body.to),
  },
  {
    method: 'GET',
    path: '/config',
    scope: 'admin',
    tag: 'config',
    summary: 'The config in force, defaults filled in, secrets masked.',
    answer: YAML,
    handle: ({ runtime }: ApiCall) => ({ yaml: showConfig(runtime.config()) }),
  },
  {
    method: 'GET',
    path: '/config/export',
    scope: 'admin',
    tag: 'config',
    summary: 'Every object, of the file and made by CLI or API, as YAML to adopt; secrets masked.',
    answer: YAML,
    handle: async ({ runtime }: ApiCall) => ({
      yaml: exportConfig(runtime.config(), await runtime.store.listObjects()),
    }),
  },
  {
    method: 'POST',
    path: '/config/reload',
    scope: 'admin',
    tag: 'config',
    summary: 'Read the config file again. When anything in it is wrong, nothing changes.',
    body: input({ dry_run: flag }),
    answer: ref('Reload'),
    handle: ({ runtime, body }: ApiCall<unknown, { dry_run?: boolean }>) =>
      runtime.control.reload({ dryRun: body.dry_run ?? false }),
  },
  {
    method: 'GET',
    path: '/packs',
    scope: 'read',
    tag: 'packs',
    summary: 'List the kinds of sources.',
    query: listQuery('packs'),
    answer: pageOf('Pack'),
    handle: listPacks,
  },
  {
    method: 'GET',
    path: '/packs/:slug',
    scope: 'read',
    tag: 'packs',
    summary: 'Show a pack: templates, samples and how to connect it.',
    answer: ref('PackDetail'),
    handle: showPack,
  },
  TAIL_ROUTE,
];
