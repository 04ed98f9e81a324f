// Whether an object may be as somebody wants it, given all else that is in force; its warnings, or an error with everything that is wrong.

import { validateObject } from '../../config/validate-object.js';
import { createEgressRule } from '../../core/egress.js';
import { RelayError } from '../../core/errors.js';
import type { ChangeAnswer } from '../../http/wire/api-types.js';
import type { Noun, Origin } from '../../model/topology.js';
import type { Spec } from './configured-objects.js';
import type { ControlParts } from './control-parts.js';
import { referencesOf } from './provision.js';

/** What an object is to be checked as: whose it will be, who changes it, and the keys left as they are. */
interface Checking {
  readonly origin: Exclude<Origin, 'file'>;
  readonly by: Exclude<Origin, 'file'>;
  readonly kept?: ReadonlySet<string>;
}

/** `told` as it stands in an answer: nothing where there are no warnings. */
interface Checked {
  readonly spec: Spec;
  readonly told: Pick<ChangeAnswer, 'warnings'>;
}

/** @throws RelayError object.invalid with all that is wrong */
export function checkedObject(
  noun: Noun,
  spec: Spec,
  { origin, by, kept }: Checking,
  { inForce, env }: Pick<ControlParts, 'inForce' | 'env'>,
): Checked {
  const { config, packs, served } = inForce.current;
  const reach = origin === 'api' ? 'public' : 'anywhere';
  const checked = validateObject(noun, spec, {
    ...referencesOf(config, env),
    origin: by,
    egress: { rule: createEgressRule(config.egress), reach },
    ...(kept === undefined ? {} : { kept }),
    packs,
    sources: new Set(served.topology.sources.keys()),
    services: new Set(served.topology.services.keys()),
    channels: new Set(served.topology.channels.keys()),
    users: new Set(served.topology.users.keys()),
    hasSmtp: config.smtp !== null,
  });
  if (checked.ok) {
    const warnings = checked.warnings.map((one) => ({ ...one, code: `config.${one.code}` }));
    return { spec: checked.spec as unknown as Spec, told: warnings.length === 0 ? {} : { warnings } };
  }
  const said = checked.problems.map(({ path, message }) =>
    // Many a message begins with the name of the key.
    path === '' || message.startsWith(`"${path}"`) ? message : `${path}: ${message}`,
  );
  const [first] = checked.problems;
  throw new RelayError('object.invalid', `this ${noun} is not valid: ${said.join('; ')}`, {
    ...(first?.fix ? { fix: first.fix } : {}),
  });
}
