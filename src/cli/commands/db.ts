// relay db: the database of the running daemon: what is in it, a copy, a check, retention now.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { formatSize } from '../../core/units.js';
import type { DatabaseAnswer } from '../../http/wire/api-types.js';
import { addNoun, addVerb } from '../command.js';
import type { CliContext } from '../context.js';
import { printDone, printObject } from '../output/object.js';
import { saying } from '../output/progress.js';
import { showInstant } from '../output/time.js';

export interface CheckAnswer {
  readonly ok: boolean;
  readonly findings: readonly string[];
}

export interface PruneAnswer {
  readonly deleted: Readonly<Record<string, number>>;
  readonly dry_run: boolean;
}

const UNBOUNDED = { timeoutMs: Number.POSITIVE_INFINITY };

export async function runDbInfo(context: CliContext): Promise<void> {
  const info = await context.api.get<DatabaseAnswer>('/db');
  printObject(context, {
    name: info.path,
    json: info,
    fields: [
      ['file', info.path],
      ['size', formatSize(info.size_bytes)],
      ['write-ahead log', formatSize(info.wal_bytes)],
      ['schema version', info.schema_version],
      ['oldest event', showInstant(context, info.oldest_event_at)],
      ['instance', info.instance_id],
    ],
    sections: [
      {
        title: 'Rows',
        lines: Object.entries(info.counts).map(([table, rows]) => `${table.padEnd(16)} ${rows}`),
      },
    ],
  });
}

export async function runDbBackup(file: string, context: CliContext): Promise<void> {
  const path = resolve(context.cwd, file);
  const work = context.api.post<{ path: string; size_bytes: number }>('/db/backup', { path }, UNBOUNDED);
  const answer = await saying(context, 'copying the database', work);
  printDone(context, `backed up to ${path} (${formatSize(answer.size_bytes)})`, path, answer);
}

export async function runDbCheck(context: CliContext): Promise<void> {
  const work = context.api.post<CheckAnswer>('/db/check', {}, UNBOUNDED);
  const answer = await saying(context, 'reading all of the database', work);
  if (!answer.ok) {
    throw new RelayError('store.corrupt', 'the database is damaged', {
      why: answer.findings.join('; '),
      fix: 'stop the daemon, keep the file, and go back to the latest backup',
    });
  }
  printDone(context, 'the database is sound', 'ok', answer);
}

export async function runDbPrune(options: { dryRun?: boolean }, context: CliContext): Promise<void> {
  const work = context.api.post<PruneAnswer>('/db/prune', { dry_run: options.dryRun === true }, UNBOUNDED);
  const answer = await saying(context, 'deleting what is past retention', work);
  const rows = Object.entries(answer.deleted).filter(([, amount]) => amount > 0);
  const what = rows.map(([table, amount]) => `${amount} ${table}`).join(', ') || 'nothing';
  printDone(context, `${options.dryRun ? 'would delete' : 'deleted'} ${what}`, what, answer);
}

export function registerDb(program: Command, context: CliContext): void {
  const db = addNoun(program, 'db', 'The database: what is in it, backups, checks, retention');
  addVerb(db, 'info', {
    summary: 'Show the file, its size and its rows',
    examples: ['relay db info', 'relay db info --json'],
  }).action(() => runDbInfo(context));
  addVerb(db, 'backup <file>', {
    summary: 'Write a consistent copy while the daemon runs',
    about: 'The daemon writes the file, as its own user. An existing file is not overwritten.',
    examples: ['relay db backup relay-backup.db', 'relay db backup /var/backups/relay-$(date +%F).db'],
  }).action((file: string) => runDbBackup(file, context));
  addVerb(db, 'check', {
    summary: 'Check that the database is sound',
    about: 'Reads all of it; on a large one this takes minutes.',
    examples: ['relay db check'],
  }).action(() => runDbCheck(context));
  addVerb(db, 'prune', {
    summary: 'Delete now what is older than the retention of the config',
    about: 'The daemon does this by itself; unfinished deliveries are never deleted.',
    examples: ['relay db prune --dry-run', 'relay db prune'],
    seeAlso: ['relay config show: the retention in force'],
  })
    .option('--dry-run', 'only count')
    .action((options: { dryRun?: boolean }) => runDbPrune(options, context));
}
