// Every route of the API, noun by noun.

import type { ApiRoute } from '../api-route.js';

export const API_ROUTES: readonly ApiRoute[] = [];
