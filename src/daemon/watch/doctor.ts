// Looks over the running daemon for things an operator should know: what `relay doctor` shows of it.

import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatSize } from '../../core/units.js';
import type { Runtime } from '../../http/runtime.js';
import type { DoctorCheck } from '../../http/wire/api-types.js';

const FREE_BYTES_WANTED = 1e9;

const good = (name: string, text: string): DoctorCheck => ({ name, ok: true, level: 'ok', text, fix: null });
const warn = (name: string, text: string, fix: string): DoctorCheck => ({
  name,
  ok: false,
  level: 'warning',
  text,
  fix,
});
const bad = (name: string, text: string, fix: string): DoctorCheck => ({
  name,
  ok: false,
  level: 'error',
  text,
  fix,
});

async function checkDisk(runtime: Runtime): Promise<DoctorCheck> {
  const { path, sizeBytes, walBytes } = await runtime.store.info({ counts: false });
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  const text = `database ${formatSize(sizeBytes + walBytes)}, ${formatSize(free)} free`;
  return free >= FREE_BYTES_WANTED
    ? good('disk', text)
    : warn('disk', text, 'free some space, or lower retention.max_size in the config');
}

function checkDestinations(runtime: Runtime): DoctorCheck[] {
  return [...runtime.topology().destinations.values()].flatMap(({ ref, noun, name, settings }) => {
    const lane = runtime.engine.laneState(ref);
    const checks: DoctorCheck[] = [];
    if (lane?.disabledAt) {
      checks.push(bad(ref, `disabled: ${lane.disabledReason}`, `relay ${noun} resume ${name}`));
    } else if (lane?.health === 'degraded') {
      const text = `${lane.consecutiveFailures} failures in a row, last answer ${lane.lastResult}`;
      checks.push(warn(ref, text, `relay delivery list --${noun} ${name} --status pending,failed,dead`));
    }
    if (settings.verify_ssl === false) {
      checks.push(
        warn(
          ref,
          'verify_ssl is off: anyone on the way can read and change what is sent',
          'give it a valid certificate',
        ),
      );
    }
    return checks;
  });
}

function checkSources(runtime: Runtime): DoctorCheck {
  const { sources } = runtime.topology();
  if (sources.size === 0)
    return warn('sources', 'there is no source: no alert can come in', 'relay source add generic my-alerts');
  const unheard = [...sources.values()].filter(
    (source) => source.channel === null && source.service === null,
  );
  return unheard.length === 0
    ? good('sources', `${sources.size} ready`)
    : warn(
        'sources',
        `${unheard.map((source) => source.name).join(', ')}: on no channel, only webhooks hear of it`,
        'give the source a channel',
      );
}

/** Tries the mail server: nothing that is known of it is as true as a login now. */
async function checkMail(runtime: Runtime): Promise<DoctorCheck[]> {
  const checked = await runtime.mails.check();
  const problems = runtime.mails.problems();
  const checks = problems.map(({ destination, text }) =>
    warn(destination ?? 'mail', text, 'mend what it says; try it: relay doctor --mail-to you@example.org'),
  );
  if (checked === null) return checks;
  const { server, trouble } = checked;
  return trouble === null
    ? [good('mail', `${server} takes mail`), ...checks]
    : [bad('mail', trouble.text, trouble.fix), ...checks.filter(({ name }) => name !== 'mail')];
}

export async function doctor(runtime: Runtime): Promise<DoctorCheck[]> {
  const { checks } = await runtime.readiness();
  return [
    ...checks.map(({ name, ok, text }) =>
      ok ? good(name, text) : bad(name, text, 'see the log of the daemon'),
    ),
    await checkDisk(runtime),
    checkSources(runtime),
    ...runtime
      .config()
      .warnings.map((warning) =>
        warn('config', `line ${warning.at.line}: ${warning.message}`, warning.fix ?? 'see docs/config.md'),
      ),
    ...runtime.leftOut().map(({ object, message }) => {
      const [noun, name] = object.split('/');
      const fix = `relay ${noun} edit ${name}, or: relay ${noun} remove ${name}`;
      return bad(object, `left out: ${message}`, fix);
    }),
    ...checkDestinations(runtime),
    ...(await checkMail(runtime)),
  ];
}
