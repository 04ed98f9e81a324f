// `source templates --reset` while running: works out the new snapshot and edits, provisions with them, writes, puts in force.

import type { SourceSpec } from '../../config/spec.js';
import type { TemplatesReset } from '../../http/runtime.js';
import type { Source } from '../../model/topology.js';
import type { Pack } from '../../sources/pack/pack.js';
import type { StoredObject, TemplateSnapshot } from '../../store/store.js';
import type { ControlParts } from './control-parts.js';
import type { Provisioned, Stored } from './provision.js';
import { resetTemplates } from './reset-templates.js';

interface Steps {
  provision(change: (stored: Stored) => Stored): Promise<Provisioned>;
  putInForce(next: Provisioned): Promise<void>;
}

/** An empty override is left out, as it stands in no config. */
function withTemplates(object: StoredObject, templates: Readonly<Record<string, string>>): StoredObject {
  const { templates: _old, ...spec } = object.spec;
  return { ...object, spec: Object.keys(templates).length === 0 ? spec : { ...spec, templates } };
}

/** @throws RelayError object.not_found for an unknown template, ConfigError when the pack's templates of today do not fit */
export async function resetSource(
  name: string,
  names: readonly string[] | null,
  { store, clock, inForce }: ControlParts,
  steps: Steps,
): Promise<TemplatesReset> {
  const { config, packs, served } = inForce.current;
  const source = served.topology.sources.get(name) as Source;
  const isSource = (one: { noun: string; name: string }): boolean =>
    one.noun === 'source' && one.name === name;
  const inFile = config.objects.find(isSource);
  const object = (await store.listObjects()).find(isSource);
  const spec = (inFile?.spec ?? object?.spec ?? {}) as Partial<SourceSpec>;
  const old = (await store.snapshots()).find((one) => one.source === name);
  const { snapshot, edits, ...told } = resetTemplates({
    source: name,
    pack: packs.get(source.pack) as Pack,
    snapshot: old?.templates ?? {},
    edits: spec.templates ?? {},
    isInFile: inFile !== undefined,
    names,
  });
  const taken: TemplateSnapshot = {
    source: name,
    pack: source.pack,
    templates: snapshot,
    takenAt: clock.now(),
  };
  const changed = object !== undefined && told.dropped.length > 0 ? withTemplates(object, edits) : undefined;
  const next = await steps.provision((stored) => ({
    ...stored,
    snapshots: [...stored.snapshots.filter((one) => one.source !== name), taken],
    objects: stored.objects.map((one) => (changed !== undefined && isSource(one) ? changed : one)),
  }));
  await store.putSnapshot(taken);
  if (changed !== undefined) await store.putObject(changed, clock.now());
  await steps.putInForce(next);
  return told;
}
