// The mail server: hands over one mail, or tries the connection. One connection a mail, as mails are few. What goes wrong is told as data:
// whether the server as a whole is at fault or this one mail, and whether asking again soon could help.

import nodemailer from 'nodemailer';
import type { SmtpSettings } from '../config/spec.js';
import { MASK } from '../core/redaction.js';
import type { Letter } from './letter.js';
import { oneLine } from './plain.js';

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
/** The whole conversation: a server that answers byte by byte must not hold up the other mails. */
const WHOLE_MS = 60_000;
const LONGEST_ANSWER = 300;

export interface Outgoing {
  readonly to: readonly string[];
  readonly letter: Letter;
  /** With angle brackets. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly at: number;
}

export interface MailTrouble {
  /** `server`: no other mail would get through either. `mail`: it would not take this one. */
  readonly blame: 'server' | 'mail';
  /** Asking again soon is useless: a wrong password, a recipient that does not exist. */
  readonly isForGood: boolean;
  /** `mail.example.org:587: it refused the user name or password: 535 …`; no secret in it. */
  readonly text: string;
  readonly fix: string;
}

export type SendResult =
  | {
      readonly ok: true;
      readonly answer: string;
      /** Recipients the server would not take while it took others, each with its answer. */
      readonly refused: readonly string[];
    }
  | { readonly ok: false; readonly trouble: MailTrouble };

export const serverName = ({ host, port }: SmtpSettings): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

function transportOf(smtp: SmtpSettings) {
  return nodemailer.createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === 'implicit',
    requireTLS: smtp.tls === 'starttls',
    ignoreTLS: smtp.tls === 'none',
    tls: { rejectUnauthorized: smtp.verifySsl, minVersion: 'TLSv1.2' },
    ...(smtp.user === null || smtp.password === null
      ? {}
      : { auth: { user: smtp.user, pass: smtp.password } }),
    connectionTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Never throws. `signal` ends it early: whether the mail arrived is then unknown. */
export async function sendMail(smtp: SmtpSettings, mail: Outgoing, signal: AbortSignal): Promise<SendResult> {
  const transport = transportOf(smtp);
  const { letter, messageId, inReplyTo } = mail;
  try {
    const sent = await transport.sendMail({
      from: smtp.from,
      to: [...mail.to],
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      headers: { ...letter.headers },
      messageId,
      date: new Date(mail.at),
      ...(inReplyTo === null ? {} : { inReplyTo, references: inReplyTo }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]),
    });
    const refused = (sent.rejectedErrors ?? []).map(
      (error) => `${error.recipient ?? 'a recipient'}: ${answerOf(error, smtp)}`,
    );
    return { ok: true, answer: clean(sent.response, smtp), refused };
  } catch (error) {
    return { ok: false, trouble: troubleOf(error, smtp) };
  } finally {
    transport.close();
  }
}

/** Connects, agrees on TLS and logs in; sends nothing. Null when all of it works. Never throws. */
export async function tryServer(smtp: SmtpSettings): Promise<MailTrouble | null> {
  const transport = transportOf(smtp);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
      WHOLE_MS,
    );
  });
  try {
    await Promise.race([transport.verify(), late]);
    return null;
  } catch (error) {
    return troubleOf(error, smtp);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message?: string;
}

const FIX_CONNECT = 'check smtp.host and smtp.port, and that this machine may connect there';
const WHAT: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  EDNS: ['its name cannot be resolved', 'check smtp.host'],
  ETIMEDOUT: ['it did not answer in time', FIX_CONNECT],
  ESOCKET: ['the connection failed', FIX_CONNECT],
  ECONNECTION: ['the connection failed', FIX_CONNECT],
  EPROTOCOL: [
    'it does not speak SMTP as expected',
    'check smtp.port and smtp.tls: 587 with starttls, 465 with implicit',
  ],
  ETLS: [
    'no TLS could be agreed on',
    'check smtp.tls (465: implicit; else starttls; none where the server offers no TLS) and its certificate',
  ],
  EAUTH: [
    'it refused the user name or password',
    'check smtp.user and smtp.password, then: relay config reload',
  ],
  ENOAUTH: ['it wants a user name and password', 'set smtp.user and smtp.password'],
  EABORT: ['it took too long', FIX_CONNECT],
  EENVELOPE: ['it would not take the mail', 'check smtp.from and the addresses in failure_email'],
  EMESSAGE: [
    'it would not take the mail',
    'its answer says why; check smtp.from and the addresses in failure_email',
  ],
};
const WANTS_TLS = [
  'it takes a login over an encrypted connection only',
  'set smtp.tls: starttls (port 587) or implicit (port 465), then: relay config reload',
] as const;
/** What says more than the step that failed. RFC 4954 §6 and RFC 3207 §4. */
const ANSWERED: Readonly<Record<number, readonly [what: string, fix: string]>> = {
  538: WANTS_TLS,
  523: WANTS_TLS,
  534: [
    'it does not take this way of logging in',
    'use an application password, or the way its answer names; smtp.tls encrypts the login',
  ],
};
const UNTRUSTED = [
  'its certificate is not trusted',
  'give it a valid one, name its authority in NODE_EXTRA_CA_CERTS, or set smtp.verify_ssl: false',
] as const;
const CERTIFICATE = /certificate|self.signed|altnames|UNABLE_TO_VERIFY/i;

/** What a failed conversation means. Exported for its table of cases. */
export function troubleOf(error: unknown, smtp: SmtpSettings): MailTrouble {
  const { code = '', responseCode = 0, message = '' } = error as SmtpError;
  const isMail = (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== 421;
  const known = CERTIFICATE.test(message)
    ? UNTRUSTED
    : (ANSWERED[responseCode] ?? WHAT[code] ?? ['mail could not be handed over', FIX_CONNECT]);
  return {
    blame: isMail ? 'mail' : 'server',
    isForGood: responseCode >= 500,
    text: `${serverName(smtp)}: ${known[0]}: ${answerOf(error, smtp)}`,
    fix: known[1],
  };
}

function answerOf(error: unknown, smtp: SmtpSettings): string {
  const { response, message } = error as SmtpError;
  return clean(response || message || String(error), smtp);
}

/** Some servers repeat what they were sent. */
function clean(text: string, { password }: SmtpSettings): string {
  const encoded = password === null ? [] : [password, Buffer.from(password).toString('base64')];
  return oneLine(
    encoded.reduce((rest, secret) => rest.split(secret).join(MASK), text),
    LONGEST_ANSWER,
  );
}
