// Flags of how a webhook signs, logs in and whom it trusts → the keys of its spec. Secrets are references, or typed: secret-input.

import type { RelayCommand } from '../../command.js';
import type { CliContext } from '../../context.js';
import { given, isReference, parseUrl, wrong } from '../flag-values.js';
import { secretValues } from '../secret-input.js';
import { collect } from '../unset.js';

export interface TrustFlags {
  readonly secret?: readonly string[];
  readonly signature?: string;
  readonly privateKey?: readonly string[];
  readonly hmacHeader?: string;
  readonly hmacSecret?: string;
  readonly hmacPrefix?: string;
  readonly hmacEncoding?: string;
  readonly basicUser?: string;
  readonly basicPassword?: string;
  readonly bearer?: string;
  readonly oauth2TokenUrl?: string;
  readonly oauth2ClientId?: string;
  readonly oauth2ClientSecret?: string;
  readonly oauth2Scope?: string;
  readonly oauth2Audience?: string;
  readonly oauth2Style?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsPassphrase?: string;
  readonly tlsCa?: string;
  readonly proxy?: string;
  /** commander's form of `--no-verify-ssl`. */
  readonly verifySsl?: boolean;
}

type Fields = Record<string, unknown>;
type Secrets = Partial<ReturnType<typeof secretFlags>>;

export const TRUST_KEYS = [
  'secret',
  'signature',
  'private_key',
  'hmac',
  'auth',
  'tls',
  'verify_ssl',
  'proxy',
] as const;

export function addTrustFlags(command: RelayCommand): RelayCommand {
  return command
    .optionsGroup('Signing (secrets: env:NAME and file:path as the daemon sees them, or - to type one):')
    .option('--signature <schemes>', 'v1 (default), v1a (ed25519), both with a comma, or none')
    .option(
      '--secret <env:NAME>',
      'your own secret of v1; default: one is made. Repeated while it is rotated, newest first: all sign',
      collect,
    )
    .option(
      '--private-key <env:NAME>',
      'your own key of v1a; default: one is made. Repeated while it is rotated, as --secret',
      collect,
    )
    .option('--hmac-header <name>', 'one more header with the HMAC-SHA256 of the body: X-Hub-Signature-256')
    .option('--hmac-secret <env:NAME>', 'its key')
    .option('--hmac-prefix <text>', 'what stands before that signature: sha256=')
    .option('--hmac-encoding <how>', 'hex (default) or base64')
    .optionsGroup('Logging in (one of the three):')
    .option('--basic-user <user>', 'HTTP Basic')
    .option('--basic-password <env:NAME>', 'its password')
    .option('--bearer <env:NAME>', 'a fixed token')
    .option('--oauth2-token-url <url>', 'OAuth2 client credentials: where tokens are fetched')
    .option('--oauth2-client-id <id>', 'client id')
    .option('--oauth2-client-secret <env:NAME>', 'client secret')
    .option('--oauth2-scope <scopes>', 'scopes, separated by spaces')
    .option('--oauth2-audience <text>', 'what the token is for, where the server asks')
    .option('--oauth2-style <where>', 'where the credentials go: basic (default: a header) or body')
    .optionsGroup('Certificates and proxy:')
    .option('--tls-cert <file:path>', 'our certificate in PEM form, for receivers that ask for one')
    .option('--tls-key <file:path>', 'its private key')
    .option('--tls-passphrase <env:NAME>', 'of the private key')
    .option('--tls-ca <file:path>', "authorities that may vouch for the receiver, in place of the system's")
    .option('--verify-ssl', "check the receiver's certificate (default)")
    .option('--no-verify-ssl', "take the receiver's certificate as it is: unsafe")
    .option('--proxy <url>', 'go over this HTTP proxy, or none') as RelayCommand;
}

/** Long names of the flags that hold one secret → what was given for them. */
const secretFlags = (flags: TrustFlags) => ({
  'hmac-secret': flags.hmacSecret,
  'basic-password': flags.basicPassword,
  bearer: flags.bearer,
  'oauth2-client-secret': flags.oauth2ClientSecret,
  'tls-passphrase': flags.tlsPassphrase,
});

/** @throws usage.invalid */
function parseSignature(text: string): string | string[] {
  const schemes = text.split(',').map((scheme) => scheme.trim());
  const isKnown = text === 'none' || schemes.every((scheme) => scheme === 'v1' || scheme === 'v1a');
  if (!isKnown)
    throw wrong(
      `--signature ${text} is not known`,
      'the schemes are v1 (shared secret) and v1a (ed25519)',
      '--signature v1,v1a, or --signature none',
    );
  return schemes.length === 1 ? (schemes[0] as string) : schemes;
}

/** The parts of what several flags say together; undefined when none of them was given. */
function together(fields: Fields): Fields | undefined {
  const parts = given(fields);
  return Object.keys(parts).length === 0 ? undefined : parts;
}

/** @param needs key of the spec → its flag. @throws usage.invalid naming the flags that are missing */
function whole(
  what: string,
  parts: Fields | undefined,
  needs: Readonly<Record<string, string>>,
): Fields | undefined {
  const missing = parts && Object.keys(needs).filter((key) => parts[key] === undefined);
  if (!missing || missing.length === 0) return parts;
  const flags = missing.map((key) => `--${needs[key]}`).join(' and ');
  throw wrong(`${what} needs ${flags}`, 'its flags belong together, on edit too', `add ${flags}`);
}

function authOf(flags: TrustFlags, secrets: Secrets): Fields | undefined {
  const basic = whole(
    'HTTP Basic',
    together({ user: flags.basicUser, password: secrets['basic-password'] }),
    { user: 'basic-user', password: 'basic-password' },
  );
  const oauth2 = whole(
    'OAuth2',
    together({
      token_url:
        flags.oauth2TokenUrl === undefined ? undefined : parseUrl(flags.oauth2TokenUrl, 'oauth2-token-url'),
      client_id: flags.oauth2ClientId,
      client_secret: secrets['oauth2-client-secret'],
      scope: flags.oauth2Scope,
      audience: flags.oauth2Audience,
      style: flags.oauth2Style,
    }),
    {
      token_url: 'oauth2-token-url',
      client_id: 'oauth2-client-id',
      client_secret: 'oauth2-client-secret',
    },
  );
  const auth = together({ basic, bearer: secrets.bearer, oauth2 });
  if (auth !== undefined && Object.keys(auth).length > 1)
    throw wrong(
      'a webhook logs in one way',
      `given: ${Object.keys(auth).join(', ')}`,
      'leave all but one of --basic-…, --bearer and --oauth2-… out',
    );
  return auth;
}

function hmacOf(flags: TrustFlags, secrets: Secrets): Fields | undefined {
  const { hmacHeader: header, hmacPrefix: prefix, hmacEncoding: encoding } = flags;
  const hmac = together({ header, secret: secrets['hmac-secret'], prefix, encoding });
  return whole('the plain HMAC', hmac, { header: 'hmac-header', secret: 'hmac-secret' });
}

/** As the config has it: a list is for several. */
const oneOrList = (given: string | readonly string[] | undefined) =>
  typeof given === 'object' && given.length === 1 ? given[0] : given;

/** PEM texts have many lines: they are named, not typed. */
function pemReference(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || isReference(text)) return text;
  throw wrong(
    `--${flag} names where the PEM text is`,
    'the daemon reads it from a file or its environment',
    `--${flag} file:/etc/relay/${flag.replace('tls-', '')}.pem`,
  );
}

/** @throws usage.invalid */
export async function trustSpec(flags: TrustFlags, context: CliContext): Promise<Fields> {
  const { signature, proxy, verifySsl } = flags;
  const tls = {
    cert: pemReference('tls-cert', flags.tlsCert),
    key: pemReference('tls-key', flags.tlsKey),
    ca: pemReference('tls-ca', flags.tlsCa),
  };
  const schemes = signature === undefined ? undefined : parseSignature(signature);
  const over = proxy === undefined ? undefined : proxy === 'none' ? false : parseUrl(proxy, 'proxy');
  // What is wrong with the flags is said before anybody is asked for a secret.
  const named = secretFlags(flags);
  authOf(flags, named);
  hmacOf(flags, named);
  const signing = { secret: flags.secret, 'private-key': flags.privateKey };
  const values = await secretValues<string, string | readonly string[]>({ ...signing, ...named }, context);
  const secrets = values as Secrets;
  return given({
    signature: schemes,
    secret: oneOrList(values.secret),
    private_key: oneOrList(values['private-key']),
    hmac: hmacOf(flags, secrets),
    auth: authOf(flags, secrets),
    tls: together({ ...tls, passphrase: secrets['tls-passphrase'] }),
    verify_ssl: verifySsl,
    proxy: over,
  });
}
