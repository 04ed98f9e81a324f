// The JSON Schema of the whole config file: what `relay config schema` prints for editors, and what loading checks against.

import { INTEGRATION_DRIVERS } from '../destinations/registry.js';
import { SMTP_SCHEMA } from './mail.js';
import {
  integrationSchema,
  nameOf,
  redeliverySchema,
  serviceSchema,
  sourceSchema,
  webhookSchema,
} from './schema-objects.js';
import { type JsonSchema, listOf, notYet, objectOf, text } from './schema-parts.js';

const serverSchema = objectOf('What the daemon listens on.', {
  listen: text('Address of ingest, API, health and metrics.', {
    format: 'listen',
    default: '127.0.0.1:8480',
  }),
  public_url: text('Used in Integration URLs and links. Default: http://<listen>.', { format: 'http-url' }),
  socket: text('Control socket, mode 0600. Default: relay.sock in the data folder.', { format: 'path' }),
  body_limit: text('Largest payload taken in.', { format: 'size', default: '1MiB' }),
});

const retentionSchema = objectOf('How long history is kept.', {
  events: text('Events, incidents and alerts.', { format: 'span', default: '30d' }),
  attempts: text('Requests and answers.', { format: 'span', default: '30d' }),
  max_size: text('Largest database; the oldest history goes first.', { format: 'size', default: '10GB' }),
  max_deliveries: {
    type: 'integer',
    minimum: 1,
    description:
      'Most deliveries kept; the oldest finished ones go first. Without it their number is not looked at.',
  },
});

const cidrs = (description: string): JsonSchema =>
  listOf(description, { type: 'string', format: 'cidr' }, { default: [], 'x-expects': 'a list of CIDRs' });

const egressSchema = objectOf('Where deliveries may go.', {
  allow: cidrs(
    'Ranges allowed although they are link-local or cloud metadata, or private and named through the API.',
  ),
  deny: cidrs('Ranges refused.'),
  proxy: text('URL of the HTTP proxy of everything that names none of its own; may be `env:NAME`.', {
    format: 'proxy-url',
  }),
});

const channelProperties = { name: nameOf('channel'), title: text('What people read.') };

/** A channel in the database: its integrations are objects of their own. */
export const databaseChannelSchema = objectOf('A named stream of events.', channelProperties, ['name']);

const channelSchema = objectOf(
  'A named stream of events.',
  {
    ...channelProperties,
    integrations: listOf('Who is told of its events.', integrationSchema(INTEGRATION_DRIVERS, 'file'), {
      'x-expects': 'a list of integrations',
    }),
  },
  ['name'],
);

const directorySchema = objectOf('Who incidents are assigned to.', {
  organizations: listOf(
    'Organizations.',
    objectOf('An organization.', { name: nameOf('organization'), title: text('What people read.') }, [
      'name',
    ]),
  ),
  users: listOf(
    'Users.',
    objectOf(
      'A user.',
      {
        name: nameOf('user'),
        full_name: text('What people read.'),
        email: text('Mail address.'),
        phone: text('Telephone number, in quotes: `"+4512345678"`.'),
        organization: text('Organization the user belongs to.', { format: 'name' }),
        channel: text("The user's own channel: incidents assigned to them are published there too.", {
          format: 'name',
        }),
      },
      ['name'],
    ),
  ),
});

/** JSON Schema (draft-07 vocabulary) of `relay.yaml`. Editors ignore the `x-` keywords and unknown formats. */
export const configSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Relay configuration',
  ...objectOf('Relay configuration.', {
    server: serverSchema,
    data: text('Folder of the database, backups and lock.', { format: 'path', default: './data' }),
    packs: listOf(
      "Folders with packs of the user's own.",
      { type: 'string', format: 'path' },
      { default: ['./packs'], 'x-expects': 'a list of folders' },
    ),
    redelivery: redeliverySchema,
    retention: retentionSchema,
    egress: egressSchema,
    services: listOf('Services.', serviceSchema),
    sources: listOf('Sources.', sourceSchema),
    channels: listOf('Channels.', channelSchema),
    webhooks: listOf('Outgoing webhooks.', webhookSchema),
    directory: directorySchema,
    smtp: SMTP_SCHEMA,
    slack: notYet('Slack workspaces.'),
    datadog: notYet('Updates back to Datadog.'),
  }),
};
