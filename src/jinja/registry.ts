// All filters and tests under their names. Filters that take other filters by name look them up here.

import { lazyFilters } from './filters-lazy.js';
import { LIST_FILTERS } from './filters-list.js';
import { ONCALL_FILTERS } from './filters-oncall.js';
import { TEXT_FILTERS } from './filters-text.js';
import { VALUE_FILTERS } from './filters-value.js';
import { tests } from './predicates.js';
import type { Definitions } from './signature.js';

const registry = { filters: (): Definitions => FILTERS, tests: (): Definitions => TESTS };

export const TESTS: Definitions = tests(registry);

export const FILTERS: Definitions = new Map([
  ...TEXT_FILTERS,
  ...LIST_FILTERS,
  ...lazyFilters(registry),
  ...VALUE_FILTERS,
  ...ONCALL_FILTERS,
]);
