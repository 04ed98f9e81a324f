// The real runtime with one of each noun, asked over a socket, and a receiver that answers 204: all but the process.

import type { Source } from '../../../src/model/topology.js';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { type Running, startRunning } from '../../kit/running.js';
import { startSocket } from './listener.js';

export interface Served extends Pick<Running, 'runtime' | 'dir' | 'logged'> {
  /** The socket to ask. */
  readonly at: string;
  /** Where alerts of the source `generic` are posted. */
  readonly alertPath: string;
  close(): Promise<void>;
}

const configOf = ({ url }: Receiver) => ({
  egress: { allow: ['127.0.0.0/8'] },
  services: [{ name: 'payments', title: 'Payments', assignee: 'user:dana' }],
  sources: [
    { name: 'generic', pack: 'generic', channel: 'ops', service: 'payments' },
    { name: 'metrics', pack: 'alertmanager', channel: 'ops' },
  ],
  channels: [{ name: 'ops', integrations: [{ name: 'wall', kind: 'webhook', url: `${url}/wall` }] }],
  webhooks: [
    {
      name: 'crm',
      description: 'Tickets',
      urls: [{ url: `${url}/a` }, { url: `${url}/b?token=hunter2`, method: 'PUT' }],
      headers: { 'X-Api-Key': 'hunter2', 'X-Team': 'payments' },
    },
  ],
  directory: { users: [{ name: 'dana', full_name: 'Dana K.' }] },
});

export async function startServed(): Promise<Served> {
  const receiver = await startReceiver({ status: 204 });
  const { runtime, dir, logged, remove } = await startRunning({ config: configOf(receiver) });
  const socket = await startSocket(runtime);
  const source = runtime.topology().sources.get('generic') as Source;
  return {
    runtime,
    dir,
    logged,
    at: socket.at,
    alertPath: new URL(runtime.integrationUrl(source)).pathname,
    async close() {
      await socket.close();
      await remove();
      await receiver.close();
    },
  };
}
