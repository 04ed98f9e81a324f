// relay init: a config to start from and its data folder. Overwrites nothing.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { addVerb } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { printDone } from '../output/object.js';

/** The config that `relay init` writes: small, complete, and valid as it is. */
export const STARTER_CONFIG = `# The config of Relay. After a change: relay config validate, then relay config reload.
# Every key with its meaning: relay config schema

server:
  listen: 127.0.0.1:8480        # alerts, API, health and metrics; 0.0.0.0:8480 to be reached from elsewhere
  # public_url: https://relay.example.org   # what monitoring tools post to, when that is another address

data: ./data                    # database, backups and the control socket

retention: { events: 30d, attempts: 30d, max_size: 10GB }

# Where alerts come from. The key of each URL is made by itself; see it with: relay source url my-alerts
sources:
  - name: my-alerts
    pack: generic               # others: relay pack list
    channel: ops

# Who hears of them. A channel has integrations; each chooses its events.
channels:
  - name: ops
    title: Operations
    integrations:
      - { name: terminal, kind: console }     # prints to the daemon's own output
      # - { name: wallboard, kind: webhook, url: "https://wallboard.example.org/hook" }

# Outgoing webhooks for the whole workspace, signed by Standard Webhooks. Try one with: relay listen
# webhooks:
#   - name: crm
#     urls: [ { url: "http://127.0.0.1:9000/", method: POST } ]
#     events: [incident.triggered, incident.resolved]

# What is affected, and who is told first.
# services:
#   - { name: payments-api, title: Payments API, assignee: user:dana }
# directory:
#   users: [ { name: dana, full_name: Dana K., email: dana@example.org } ]
`;

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new RelayError('config.unreadable', `the folder ${path} cannot be made`, {
      why: (cause as Error).message,
      fix: 'name a folder you may write to: relay init <dir>',
      cause,
    });
  }
}

/** @throws object.exists when there is a config already */
export function runInit(dir: string | undefined, context: CliContext): void {
  const folder = resolve(context.cwd, dir ?? '.');
  const path = join(folder, 'relay.yaml');
  const near = relative(context.cwd, path);
  if (existsSync(path)) {
    throw new RelayError('object.exists', `there is a config already: ${near}`, {
      why: 'relay init overwrites nothing',
      fix: `start with it: relay serve --config ${near}, or name another folder`,
    });
  }
  makeFolder(join(folder, 'data'));
  // `wx` refuses a file that appeared since we looked.
  writeFileSync(path, STARTER_CONFIG, { flag: 'wx', mode: 0o600 });
  printDone(context, `wrote ${near} and the data folder beside it`, near, {
    config: path,
    data: join(folder, 'data'),
  });
  const flag = folder === context.cwd ? '' : ` --config ${near}`;
  hintNext(context, `serve${flag}`, `status --wait${flag}`, `source test my-alerts --send${flag}`);
}

export function registerInit(program: Command, context: CliContext): void {
  addVerb(program, 'init [dir]', {
    summary: 'Write a relay.yaml to start from',
    about: 'Overwrites nothing.',
    examples: ['relay init', 'relay init ~/relay'],
    seeAlso: ['relay serve', 'relay config validate'],
  }).action((dir: string | undefined) => runInit(dir, context));
}
