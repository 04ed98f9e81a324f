// `incident export`.

import type { IncidentItem } from '../../../http/wire/api-types.js';
import type { CliContext } from '../../context.js';
import { listQuery } from '../../list-flags.js';
import { runExport } from '../export.js';
import { type IncidentListFlags, incidentFilters, incidentsMustExist, wholeIncident } from './read.js';

export interface IncidentExportFlags extends IncidentListFlags {
  readonly details?: boolean;
}

/** Each line is an incident as the list has it; with `details` as `incident show --json` prints it. */
export async function runIncidentExport(
  flags: IncidentExportFlags,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  const { after, ...selection } = flags;
  const count = await runExport<IncidentItem>(
    {
      path: '/incidents',
      query: { ...listQuery(selection, context.now()), ...incidentFilters(flags), sort: 'opened_at' },
      nouns: ['incident', 'incidents'],
      ...(flags.details && { whole: ({ id }) => wholeIncident(id, context) }),
      ...(after !== undefined && { after }),
    },
    context,
    signal,
  );
  if (count === 0) await incidentsMustExist(flags, context);
}
