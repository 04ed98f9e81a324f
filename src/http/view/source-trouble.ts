// What `GET /status` says of sources: those that fall short (silent, failing templates) and those that were refused something.

import { formatSpan } from '../../core/units.js';
import { minuteText } from '../../model/maintenance.js';
import type { Runtime } from '../runtime.js';
import type { StatusAnswer } from '../wire/api-types.js';

const DAY_MS = 86_400_000;

type Problem = StatusAnswer['problems'][number];
type Noticed = NonNullable<StatusAnswer['noticed']>[number];

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function silence(runtime: Runtime, name: string): Problem | null {
  const beating = runtime.care.heartbeatOf(name);
  if (beating?.state !== 'missed') return null;
  const last = beating.lastHeardAt === null ? 'never heard' : `last heard ${minuteText(beating.lastHeardAt)}`;
  return {
    destination: null,
    text: `source/${name}: ${last}, expected every ${formatSpan(beating.periodMs)}`,
    see: `relay source show ${name}`,
  };
}

function failing(runtime: Runtime, name: string): Problem | null {
  const failures = runtime.templateFailures(name);
  const [last] = failures;
  if (last === undefined) return null;
  const times = failures.reduce((sum, { count }) => sum + count, 0);
  const names = [...new Set(failures.map(({ template }) => template))].join(', ');
  return {
    destination: null,
    text: `source/${name}: templates failed ${times === 1 ? 'once' : `${times} times`} in 24h (${names}), last: ${last.lastError}`,
    see: `relay source show ${name}`,
  };
}

/** Missed heartbeats, and templates that failed in the last 24 hours. */
export function sourceProblems(runtime: Runtime): Problem[] {
  const names = [...runtime.topology().sources.keys()];
  return names
    .flatMap((name) => [silence(runtime, name), failing(runtime, name)])
    .filter((problem) => problem !== null);
}

/** What sources were sent and refused in the last 24 hours: no trouble of Relay's, but somebody's alerts do not arrive. */
export async function noticedOfSources(runtime: Runtime): Promise<Noticed[]> {
  const rejects = await runtime.store.rejectCounts(runtime.clock.now() - DAY_MS);
  const noticed: Noticed[] = [];
  for (const name of runtime.topology().sources.keys()) {
    const object = `source/${name}`;
    const refused = rejects.get(name) ?? 0;
    if (refused > 0)
      noticed.push({
        object,
        text: `${plural(refused, 'payload')} refused in 24h`,
        see: `relay source rejects ${name}`,
      });
    const wrong = runtime.wrongKeys.of(name);
    if (wrong !== null)
      noticed.push({
        object,
        text: `${plural(wrong.count, 'post')} with a wrong key in 24h, last from ${wrong.lastFrom}`,
        see: `relay source url ${name}`,
      });
  }
  return noticed;
}
