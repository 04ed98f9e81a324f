// Every route of the API, noun by noun.

import type { ApiRoute } from '../api-route.js';
import { CHANNEL_ROUTES } from './channels.js';
import { DATABASE_ROUTES } from './database.js';
import { DELIVERY_ROUTES } from './deliveries.js';
import { EVENT_ROUTES } from './events.js';
import { INCIDENT_ROUTES } from './incidents.js';
import { INTEGRATION_ROUTES } from './integrations.js';
import { SOURCE_CARE_ROUTES } from './source-care.js';
import { SOURCE_ROUTES } from './sources.js';
import { SYSTEM_ROUTES } from './system.js';
import { TOKEN_ROUTES } from './tokens.js';
import { WEBHOOK_ROUTES } from './webhooks.js';

export const API_ROUTES: readonly ApiRoute[] = [
  ...SYSTEM_ROUTES,
  ...SOURCE_ROUTES,
  ...SOURCE_CARE_ROUTES,
  ...CHANNEL_ROUTES,
  ...INTEGRATION_ROUTES,
  ...WEBHOOK_ROUTES,
  ...EVENT_ROUTES,
  ...INCIDENT_ROUTES,
  ...DELIVERY_ROUTES,
  ...DATABASE_ROUTES,
  ...TOKEN_ROUTES,
];
