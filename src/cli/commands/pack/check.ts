// relay pack check: a pack against its own expectations. Works on the folder alone; no daemon is asked.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { RelayError } from '../../../core/errors.js';
import { writeExpected } from '../../../sources/pack/expected.js';
import type { Pack } from '../../../sources/pack/pack.js';
import { checkPack, expectedOfToday, type PackReport } from '../../../sources/pack/pack-check.js';
import { BUILT_IN_PACKS_DIR, loadPack } from '../../../sources/pack/pack-loader.js';
import { type CliContext, wantsJson } from '../../context.js';
import { printFormatted } from '../../output/json.js';
import { reportLines } from './report.js';

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
    const { message, why } = error as RelayError;
    return {
      slug: basename(dir),
      cases: 0,
      stories: 0,
      problems: [{ where: 'pack.yaml', message: why ? `${message}: ${why}` : message }],
    };
  }
}

/** The comments an old expected.yaml begins with: the line for editors is one. */
function leadingComments(file: string): string {
  if (!existsSync(file)) return '';
  return /^(?:#.*\n)*/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
}

/** @throws RelayError pack.invalid, TemplateError: then nothing is written */
function write(pack: Pack, context: CliContext): void {
  const file = join(pack.dir, 'expected.yaml');
  const text = leadingComments(file) + writeExpected(expectedOfToday(pack));
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(file, text);
  context.hint(`wrote ${file}: read it, it is now what the pack promises`);
}

function printReports(reports: readonly PackReport[], context: CliContext): void {
  const width = Math.max(...reports.map(({ slug }) => slug.length));
  const lines = reports.flatMap((report) => reportLines(report, width, context.paint));
  context.out.write(`${lines.join('\n')}\n`);
  const ok = reports.filter((report) => report.problems.length === 0).length;
  if (reports.length > 1) context.hint(`${reports.length} packs, ${ok} ok`);
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
  else printReports(reports, context);
  const failed = reports.filter((report) => report.problems.length > 0);
  if (failed.length === 0) return;
  throw new RelayError(
    'pack.failed',
    failed.length === 1
      ? `pack ${failed[0]?.slug} is not as it says`
      : `${failed.length} of ${reports.length} packs are not as they say: ${failed.map(({ slug }) => slug).join(', ')}`,
    { fix: `mend the templates, or if what came is right: relay pack check ${given} --write` },
  );
}
