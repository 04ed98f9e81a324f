// The migrations in order: the first makes schema version 1 of an empty database. Forward only; one line for each new one.

import { firstSchema } from './0001-first-schema.js';
import { careOfSources } from './0002-care-of-sources.js';
import { failureMails } from './0003-failure-mails.js';
import { paceOfDestinations } from './0004-pace-of-destinations.js';
import { results } from './0005-results.js';
import { batches } from './0006-batches.js';
import { timings } from './0007-timings.js';
import { tokens } from './0008-tokens.js';
import { lessSaidTwice } from './0009-less-said-twice.js';

export const MIGRATIONS: readonly string[] = [
  firstSchema,
  careOfSources,
  failureMails,
  paceOfDestinations,
  results,
  batches,
  timings,
  tokens,
  lessSaidTwice,
];
