// Where the commands of each noun are. Only the noun asked for is loaded.

import type { Command } from 'commander';
import type { CliContext } from './context.js';
import type { NounName } from './noun-groups.js';

type Register = (program: Command, context: CliContext) => void;

export const NOUNS: Readonly<Record<NounName, () => Promise<Register>>> = {
  serve: async () => (await import('./commands/serve.js')).registerServe,
  init: async () => (await import('./commands/init.js')).registerInit,
  status: async () => (await import('./commands/status.js')).registerStatus,
  doctor: async () => (await import('./commands/doctor.js')).registerDoctor,
  version: async () => (await import('./commands/version.js')).registerVersion,
  config: async () => (await import('./commands/config.js')).registerConfig,
  pack: async () => (await import('./commands/pack.js')).registerPack,
  source: async () => (await import('./commands/source.js')).registerSource,
  channel: async () => (await import('./commands/channel.js')).registerChannel,
  integration: async () => (await import('./commands/integration.js')).registerIntegration,
  webhook: async () => (await import('./commands/webhook.js')).registerWebhook,
  service: async () => (await import('./commands/service.js')).registerService,
  tail: async () => (await import('./commands/tail.js')).registerTail,
  event: async () => (await import('./commands/event.js')).registerEvent,
  incident: async () => (await import('./commands/incident.js')).registerIncident,
  delivery: async () => (await import('./commands/delivery.js')).registerDelivery,
  listen: async () => (await import('./commands/listen.js')).registerListen,
  db: async () => (await import('./commands/db.js')).registerDb,
  token: async () => (await import('./commands/token.js')).registerToken,
  completion: async () => (await import('./commands/completion.js')).registerCompletion,
  help: async () => (await import('./commands/help.js')).registerHelp,
};
