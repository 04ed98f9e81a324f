// relay pack check: a pack against its own expectations. Works on the folder alone; no daemon is asked.

import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RelayError } from '../../../core/errors.js';
import { writeExpected } from '../../../sources/expected.js';
import type { Pack } from '../../../sources/pack.js';
import { checkPack, expectedOfToday, type PackReport } from '../../../sources/pack-check.js';
import { BUILT_IN_PACKS_DIR, loadPack } from '../../../sources/pack-loader.js';
import { type CliContext, wantsJson } from '../../context.js';
import { printFormatted } from '../../output/json.js';

export interface PackCheckOptions {
  readonly write?: boolean;
}

const holdsPack = (dir: string): boolean => existsSync(join(dir, 'pack.yaml'));

/** A pack's folder, or a folder of packs, or the name of a pack that comes with Relay. @throws RelayError pack.not_found */
function packDirs(given: string, cwd: string): string[] {
  const dir = [resolve(cwd, given), join(BUILT_IN_PACKS_DIR, given)].find((each) => existsSync(each));
  if (dir !== undefined && statSync(dir).isDirectory()) {
    if (holdsPack(dir)) return [dir];
    const inside = readdirSync(dir)
      .sort()
      .map((name) => join(dir, name))
      .filter(holdsPack);
    if (inside.length > 0) return inside;
  }
  throw new RelayError('pack.not_found', `there is no pack at ${given}`, {
    why: 'a pack is a folder with a pack.yaml',
    fix: 'start one with: relay pack new my-tool',
  });
}

function check(dir: string): PackReport {
  try {
    return checkPack(loadPack(dir, false));
  } catch (error) {
    const slug = dir.slice(dir.lastIndexOf('/') + 1);
    const { message, why } = error as RelayError;
    return {
      slug,
      cases: 0,
      stories: 0,
      problems: [{ where: 'pack.yaml', message: why ? `${message}: ${why}` : message }],
    };
  }
}

function write(pack: Pack, context: CliContext): void {
  const file = join(pack.dir, 'expected.yaml');
  writeFileSync(file, writeExpected(expectedOfToday(pack)));
  context.hint(`wrote ${file}: read it, it is now what the pack promises`);
}

function printReport(report: PackReport, context: CliContext): void {
  const { paint } = context;
  const counted = `${report.cases} samples, ${report.stories} stories`;
  const state = report.problems.length === 0 ? paint.green('ok') : paint.red('failed');
  context.out.write(`${state}  ${paint.bold(report.slug)}  ${counted}\n`);
  for (const { where, message } of report.problems) {
    const [first = '', ...more] = message.split('\n');
    context.out.write(`      ${where}: ${more.length > 0 ? '' : first}\n`);
    if (more.length > 0) for (const line of [first, ...more]) context.out.write(`        ${line}\n`);
  }
}

/** @throws RelayError pack.not_found, pack.failed */
export async function runPackCheck(
  given: string,
  options: PackCheckOptions,
  context: CliContext,
): Promise<void> {
  const dirs = packDirs(given, context.cwd);
  if (options.write) for (const dir of dirs) write(loadPack(dir, false), context);
  const reports = dirs.map(check);
  if (wantsJson(context)) printFormatted(context, { items: reports });
  else for (const report of reports) printReport(report, context);
  const failed = reports.filter((report) => report.problems.length > 0);
  if (failed.length === 0) return;
  throw new RelayError(
    'pack.failed',
    `${failed.length} of ${reports.length} packs are not as they say: ${failed.map(({ slug }) => slug).join(', ')}`,
    { fix: 'mend the templates, or if the new answers are right: relay pack check <dir> --write' },
  );
}
