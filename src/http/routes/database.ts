// The database: what is in it, copies, checks and pruning.

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { RelayError } from '../../core/errors.js';
import { toWire } from '../../model/wire.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { flag, input, list, record, ref, text, whole } from '../wire/schema.js';

const TAG = 'db';
const PRUNE_BATCH = 500;
const FINISHED = ['delivered', 'failed', 'dead', 'cancelled'] as const;

async function backup({ runtime, body, caller }: ApiCall<unknown, { path: string }>): Promise<unknown> {
  const { path } = body;
  if (caller.origin === 'api') {
    throw new RelayError('auth.forbidden', 'a copy is made from the machine of the daemon', {
      why: 'it writes a file there, and no access token may do that',
      fix: 'on that machine: relay db backup <file>',
    });
  }
  if (!isAbsolute(path)) {
    throw new RelayError('object.invalid', '"path" must be absolute', {
      why: 'the daemon writes the file, and it has a working directory of its own',
    });
  }
  if (existsSync(path)) {
    throw new RelayError('object.exists', `${path} exists`, { fix: 'name a file that does not exist yet' });
  }
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new RelayError('object.invalid', `${path} cannot be written`, {
      why: existsSync(folder)
        ? `the daemon may not write into ${folder}`
        : `there is no folder ${folder} on the daemon's machine`,
      fix: 'name a folder that exists and that the user of the daemon may write into',
      cause: error,
    });
  }
  await runtime.store.backup(path);
  return { path, size_bytes: statSync(path).size };
}

async function check({ runtime }: ApiCall): Promise<unknown> {
  const found = await runtime.store.check();
  const findings = found.filter((line) => line !== 'ok');
  return { ok: findings.length === 0, findings };
}

/** A dry run counts finished deliveries past retention: the bulk of what would go. */
async function prune({ runtime, body }: ApiCall<unknown, { dry_run?: boolean }>): Promise<unknown> {
  const policy = runtime.config().retention;
  const now = runtime.clock.now();
  if (body.dry_run) {
    const deliveries = await runtime.store.countDeliveries({
      status: FINISHED,
      until: now - policy.eventsMs,
    });
    return { dry_run: true, deleted: { deliveries } };
  }
  let rows = 0;
  for (let more = true; more; ) {
    const step = await runtime.store.prune(policy, now, PRUNE_BATCH);
    rows += step.deleted;
    more = step.more;
    // Between two batches alerts are taken in and deliveries sent.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { dry_run: false, deleted: { rows } };
}

export const DATABASE_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/db',
    scope: 'read',
    tag: TAG,
    summary: 'The database file and what is in it.',
    answer: ref('Database'),
    handle: async ({ runtime }: ApiCall) => toWire(await runtime.store.info()),
  },
  {
    method: 'POST',
    path: '/db/backup',
    scope: 'admin',
    tag: TAG,
    summary: "Write a consistent copy while running, to a new file on the daemon's machine.",
    body: input({ path: { type: 'string', minLength: 1 } }, ['path']),
    answer: record({ path: text, size_bytes: whole }),
    handle: backup,
  },
  {
    method: 'POST',
    path: '/db/check',
    scope: 'admin',
    tag: TAG,
    summary: 'Check the integrity of the whole file.',
    answer: record({ ok: flag, findings: list(text) }),
    handle: check,
  },
  {
    method: 'POST',
    path: '/db/prune',
    scope: 'admin',
    tag: TAG,
    summary: 'Delete what is past retention now.',
    body: input({ dry_run: flag }),
    answer: record({ dry_run: flag, deleted: { type: 'object', additionalProperties: { type: 'integer' } } }),
    handle: prune,
  },
];
