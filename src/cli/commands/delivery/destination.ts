// The flags that name one destination.

import { RelayError } from '../../../core/errors.js';
import type { RelayCommand } from '../../command.js';

export interface DestinationFlags {
  readonly webhook?: string;
  readonly integration?: string;
  readonly destination?: string;
}

export function addDestinationFlags(command: RelayCommand): RelayCommand {
  return command
    .option('--webhook <name>', 'only those of this webhook, all its URLs')
    .option('--integration <name>', 'only those of this integration')
    .option('--destination <ref>', 'only those of this one, as lists show it: webhook/crm#2') as RelayCommand;
}

/** `--webhook crm` → `webhook/crm`, which covers all its URLs. @throws usage.invalid when two are given, or a ref is none */
export function destinationOf(flags: DestinationFlags): string | undefined {
  const refs = [
    ...(flags.webhook === undefined ? [] : [`webhook/${flags.webhook}`]),
    ...(flags.integration === undefined ? [] : [`integration/${flags.integration}`]),
    ...(flags.destination === undefined ? [] : [flags.destination]),
  ];
  if (refs.length > 1)
    throw new RelayError('usage.invalid', 'only one destination at a time', {
      why: `given: ${refs.join(', ')}`,
      fix: 'leave all but one of --webhook, --integration and --destination out',
    });
  if (flags.destination !== undefined && !/^(webhook|integration)\/./.test(flags.destination))
    throw new RelayError('usage.invalid', `"${flags.destination}" is not a destination`, {
      why: 'it is webhook/<name>, webhook/<name>#2 for a second URL, or integration/<name>',
      fix: `did you mean --webhook ${flags.destination}?`,
    });
  return refs[0];
}
