// What people ask of failure mails: does the mail server work, send me a mail to see, and what goes wrong.

import { randomUUID } from 'node:crypto';
import type { SmtpSettings } from '../config/spec.js';
import type { Clock } from '../core/clock.js';
import { RelayError } from '../core/errors.js';
import type { Topology } from '../model/topology.js';
import { testLetter } from './letter.js';
import type { MailOutbox, MailProblem } from './outbox.js';
import { type MailTrouble, sendMail, serverName, tryServer } from './smtp.js';

export interface MailTested {
  readonly server: string;
  /** What the server said when it took the mail. */
  readonly answer: string;
}

export class MailDesk {
  readonly #parts: { readonly clock: Clock; smtp(): SmtpSettings | null; topology(): Topology };
  readonly #outbox: MailOutbox;

  constructor(
    parts: { readonly clock: Clock; smtp(): SmtpSettings | null; topology(): Topology },
    outbox: MailOutbox,
  ) {
    this.#parts = parts;
    this.#outbox = outbox;
  }

  problems(): readonly MailProblem[] {
    return this.#outbox.problems();
  }

  /** Connects and logs in. Null when no mail server is configured. */
  async check(): Promise<{ readonly server: string; readonly trouble: MailTrouble | null } | null> {
    const smtp = this.#parts.smtp();
    if (smtp === null) return null;
    const trouble = await tryServer(smtp);
    if (trouble === null) this.#outbox.retryNow();
    return { server: serverName(smtp), trouble };
  }

  /** @throws RelayError mail.not_configured, mail.failed */
  async sendTest(to: string): Promise<MailTested> {
    const smtp = this.#parts.smtp();
    if (smtp === null) {
      throw new RelayError('mail.not_configured', 'there is no mail server to send through', {
        fix: 'add to the config: smtp: { host: mail.example.org, from: relay@example.org }',
      });
    }
    const { clock, topology } = this.#parts;
    const server = serverName(smtp);
    const mail = {
      to: [to],
      letter: testLetter(topology().publicUrl, server, clock.now()),
      messageId: `<${randomUUID()}@relay.test>`,
      inReplyTo: null,
      at: clock.now(),
    };
    const sent = await sendMail(smtp, mail, new AbortController().signal);
    if (!sent.ok) {
      throw new RelayError('mail.failed', `the test mail to ${to} could not be sent`, {
        why: sent.trouble.text,
        fix: sent.trouble.fix,
      });
    }
    this.#outbox.retryNow();
    return { server, answer: sent.answer };
  }
}
