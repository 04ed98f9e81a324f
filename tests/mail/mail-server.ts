// A real SMTP server on 127.0.0.1 that keeps the mails it takes, parsed, and answers as the test scripts it.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface TakenMail extends ParsedMail {
  readonly raw: string;
  /** Who it was handed over for, whatever its header says. */
  readonly recipients: readonly string[];
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
}

export interface MailServer {
  readonly port: number;
  readonly mails: TakenMail[];
  /** MAIL FROM commands heard: a mail that was tried, taken or not. */
  tries(): number;
  /** Thrown as the answer to RCPT TO or to the mail itself; null takes it. */
  refuse: { recipient: ((address: string) => string | null) | null; mail: string | null };
  close(): Promise<void>;
}

const fixture = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '..', 'delivery', 'fixtures', `self-signed.${name}.pem`));
const CERTIFICATE = { key: fixture('key'), cert: fixture('cert') };

/** `451 try later` as an error with its code. */
function answer(text: string): Error {
  return Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
}

export interface MailServerOptions {
  readonly port?: number;
  /** Users by name; without it nobody is asked for a password. */
  readonly users?: Readonly<Record<string, string>>;
  /** `none`: STARTTLS is not offered. */
  readonly tls?: 'starttls' | 'implicit' | 'none';
}

export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { tls = 'none', users } = options;
  const mails: TakenMail[] = [];
  let tries = 0;
  const refuse: MailServer['refuse'] = { recipient: null, mail: null };
  const settings: SMTPServerOptions = {
    ...(tls === 'none' ? {} : CERTIFICATE),
    secure: tls === 'implicit',
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(users ? [] : ['AUTH'])],
    authOptional: users === undefined,
    allowInsecureAuth: true,
    closeTimeout: 50,
    onAuth: ({ username = '', password }, _session, done) => {
      if (users?.[username] === password) done(null, { user: username });
      else done(Object.assign(new Error('5.7.8 who are you'), { responseCode: 535 }));
    },
    onMailFrom: (_address, _session, done) => {
      tries += 1;
      done();
    },
    onRcptTo: ({ address }, _session, done) => {
      const refused = refuse.recipient?.(address) ?? null;
      done(refused === null ? null : answer(refused));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refuse.mail !== null) {
          done(answer(refuse.mail));
          return;
        }
        const raw = Buffer.concat(chunks);
        simpleParser(raw).then((parsed) => {
          mails.push({
            ...parsed,
            raw: raw.toString('utf8'),
            recipients: session.envelope.rcptTo.map(({ address }) => address),
            user: session.user as string | undefined,
            isEncrypted: session.secure,
          });
          done(null, 'taken');
        }, done);
      });
    },
  };
  const server = new SMTPServer(settings);
  // A client that does not trust the certificate breaks the connection off.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    tries: () => tries,
    refuse,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
