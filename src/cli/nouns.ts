// The table of nouns: what the overview shows, in its order, and where each one's commands are. Only the noun asked for is loaded.

import type { Command } from 'commander';
import type { CliContext } from './context.js';

type Register = (program: Command, context: CliContext) => void;

export interface NounEntry {
  readonly name: string;
  readonly group: 'RUN' | 'CONFIGURE' | 'OPERATE' | 'ACCESS' | 'OTHER';
  readonly load: () => Promise<Register>;
}

const entry = (group: NounEntry['group'], name: string, load: NounEntry['load']): NounEntry => ({
  name,
  group,
  load,
});

export const NOUNS: readonly NounEntry[] = [
  entry('RUN', 'serve', async () => (await import('./commands/serve.js')).registerServe),
  entry('RUN', 'init', async () => (await import('./commands/init.js')).registerInit),
  entry('RUN', 'status', async () => (await import('./commands/status.js')).registerStatus),
  entry('RUN', 'doctor', async () => (await import('./commands/doctor.js')).registerDoctor),
  entry('RUN', 'version', async () => (await import('./commands/version.js')).registerVersion),
  entry('CONFIGURE', 'config', async () => (await import('./commands/config.js')).registerConfig),
  entry('CONFIGURE', 'pack', async () => (await import('./commands/pack.js')).registerPack),
  entry('CONFIGURE', 'source', async () => (await import('./commands/source.js')).registerSource),
  entry('CONFIGURE', 'channel', async () => (await import('./commands/channel.js')).registerChannel),
  entry(
    'CONFIGURE',
    'integration',
    async () => (await import('./commands/integration.js')).registerIntegration,
  ),
  entry('CONFIGURE', 'webhook', async () => (await import('./commands/webhook.js')).registerWebhook),
  entry('CONFIGURE', 'service', async () => (await import('./commands/service.js')).registerService),
  entry('OPERATE', 'tail', async () => (await import('./commands/tail.js')).registerTail),
  entry('OPERATE', 'event', async () => (await import('./commands/event.js')).registerEvent),
  entry('OPERATE', 'incident', async () => (await import('./commands/incident.js')).registerIncident),
  entry('OPERATE', 'delivery', async () => (await import('./commands/delivery.js')).registerDelivery),
  entry('OPERATE', 'listen', async () => (await import('./commands/listen.js')).registerListen),
  entry('OPERATE', 'db', async () => (await import('./commands/db.js')).registerDb),
  entry('ACCESS', 'token', async () => (await import('./commands/token.js')).registerToken),
  entry('OTHER', 'completion', async () => (await import('./commands/completion.js')).registerCompletion),
  entry('OTHER', 'help', async () => (await import('./commands/help.js')).registerHelp),
];

export const NOUN_NAMES: readonly string[] = NOUNS.map((each) => each.name);
