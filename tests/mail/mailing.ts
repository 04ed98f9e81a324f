// A daemon in this process with one webhook that mails its failures, a receiver that fails, a mail server, and a clock that stands.

import type { OperationalNotice } from '../../src/delivery/engine.js';
import type { Destination } from '../../src/model/topology.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';
import { type MailServer, type MailServerOptions, startMailServer } from './mail-server.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const START = Date.UTC(2026, 0, 31, 10, 0, 0);
export const SECRET = 'Bearer s3cret-of-the-crm';

export interface Mailing {
  readonly clock: FakeClock;
  readonly receiver: Receiver;
  readonly server: MailServer;
  running: Running;
  /** The config with `smtp` changed. */
  config(smtp?: ConfigObject): ConfigObject;
  /** Lets the time pass and sends what is due then. */
  pass(ms: number): Promise<void>;
  /** Makes one delivery fail for good, through the whole of Relay. */
  fail(id: string): Promise<void>;
  /** Tells the outbox of a failure as delivery would. */
  tell(change?: Partial<OperationalNotice>): void;
  destination(ref?: string): Destination;
  /** Another life on the same folder. */
  restart(smtp?: ConfigObject): Promise<void>;
  remove(): Promise<void>;
}

export interface MailingOptions {
  readonly server?: MailServerOptions;
  readonly smtp?: ConfigObject;
  /** More webhooks. */
  readonly webhooks?: readonly ConfigObject[];
  readonly failureEmail?: unknown;
  /** More keys of the webhook. */
  readonly webhook?: ConfigObject;
}

export async function startMailing(options: MailingOptions = {}): Promise<Mailing> {
  const clock = fakeClock(START);
  const receiver = await startReceiver({ status: 503, body: 'the database is down' });
  const server = await startMailServer(options.server);
  const config = (smtp: ConfigObject = options.smtp ?? {}): ConfigObject => ({
    smtp: { host: '127.0.0.1', port: server.port, from: 'Relay <relay@example.org>', tls: 'none', ...smtp },
    sources: [{ name: 'app', pack: 'generic', key: '0123456789abcdefghij' }],
    webhooks: [
      {
        name: 'crm',
        urls: [{ url: receiver.url }],
        headers: { Authorization: SECRET },
        retry: { max: 0 },
        redelivery: false,
        failure_email: options.failureEmail ?? ['oncall@example.org', 'dana@example.org'],
        ...options.webhook,
      },
      ...(options.webhooks ?? []),
    ],
  });
  const first = await startRunning({ config: config(), clock });
  const mailing: Mailing = {
    clock,
    receiver,
    server,
    running: first,
    config,
    async pass(ms) {
      clock.advance(ms);
      await mailing.running.runtime.outbox.tick();
    },
    async fail(id) {
      const told = async (): Promise<number> =>
        (await mailing.running.store.listEvents({ type: 'delivery.failed', limit: 1000 })).items.length;
      const before = await told();
      await mailing.running.alert('app', { id, title: `Alert ${id}` });
      await untilTrue('the failure was told', async () => (await told()) > before);
    },
    tell(change = {}) {
      mailing.running.runtime.outbox.heard({
        type: 'delivery.failed',
        destination: mailing.destination(),
        delivery: 'dlv_00000000000',
        at: clock.now(),
        reason: '0 of 0 retries used; answered 503',
        ...change,
      });
    },
    destination: (ref = 'webhook/crm') =>
      mailing.running.runtime.topology().destinations.get(ref) as Destination,
    async restart(smtp) {
      await mailing.running.stop();
      mailing.running = await startRunning({ config: config(smtp), clock, dir: mailing.running.dir });
    },
    async remove() {
      await mailing.running.remove();
      await receiver.close();
      await server.close();
    },
  };
  return mailing;
}
