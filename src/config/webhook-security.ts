// The keys of a webhook that decide how receiver and Relay trust each other: `signature`, `private_key`, `hmac`, `auth`, `tls`, `proxy`.
// Their schema, their spec, and which of their values may be references. What a schema cannot say is in check-webhook-security.ts.

import type { WebhookAuth } from '../destinations/webhook/auth.js';
import type { PlainHmac } from '../destinations/webhook/signature.js';
import { childOf } from './problem.js';
import { type JsonSchema, objectOf, secrets, text } from './schema-parts.js';
import { oneOrMore, type SecretPlace } from './secret-place.js';

export type SignatureScheme = 'v1' | 'v1a';

export interface WebhookSecuritySpec {
  /** Default `v1`. */
  readonly signature?: SignatureScheme | 'none' | readonly SignatureScheme[];
  /** For `v1a`: `whsk_…`, newest first; several while one is rotated: all of them sign. */
  readonly private_key?: string | readonly string[];
  readonly hmac?: PlainHmac;
  readonly auth?: WebhookAuth;
  readonly tls?: {
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    readonly ca?: string;
  };
  readonly proxy?: string | false;
}

/** The schemes a webhook signs with, in the order of the header. */
export function schemesOf({
  signature = 'v1',
}: Pick<WebhookSecuritySpec, 'signature'>): readonly SignatureScheme[] {
  if (signature === 'none') return [];
  return typeof signature === 'string' ? [signature] : [...new Set(signature)];
}

const secretText = (description: string): JsonSchema => text(description, { format: 'source-secret' });

const hmacSchema = objectOf(
  'One more header with the HMAC-SHA256 of the body, for receivers that expect one.',
  {
    header: text('Its name, such as `X-Hub-Signature-256`.', { format: 'header-name' }),
    secret: secretText('The key, as it is written: `env:NAME` or `file:path`.'),
    prefix: text('What stands before the signature, such as `sha256=`.', {
      format: 'header-text',
      default: '',
    }),
    encoding: text('How the signature is written.', { enum: ['hex', 'base64'], default: 'hex' }),
  },
  ['header', 'secret'],
);

const authSchema = objectOf('How Relay says who it is: exactly one of the three.', {
  basic: objectOf(
    'HTTP Basic.',
    { user: secretText('User name, without a colon.'), password: secretText('`env:NAME` or `file:path`.') },
    ['user', 'password'],
  ),
  bearer: secretText('A fixed token: `env:NAME` or `file:path`.'),
  oauth2: objectOf(
    'An access token by OAuth2 client credentials, fetched and renewed by Relay.',
    {
      token_url: text('Where tokens are fetched.', { format: 'http-url' }),
      client_id: secretText('Client id.'),
      client_secret: secretText('`env:NAME` or `file:path`.'),
      scope: text('Scopes, separated by spaces.'),
      audience: text('What the token is for, where the server asks.'),
      style: text('Where the credentials go: an Authorization header, or the form.', {
        enum: ['basic', 'body'],
        default: 'basic',
      }),
    },
    ['token_url', 'client_id', 'client_secret'],
  ),
});

const tlsSchema = objectOf('Certificates in PEM form, each `file:path` or `env:NAME`.', {
  cert: text('Our certificate, for receivers that ask for one.', { format: 'pem' }),
  key: text('Its private key.', { format: 'pem-key' }),
  passphrase: secretText('Of the private key.'),
  ca: text("Authorities that may vouch for the receiver, in place of the system's.", { format: 'pem' }),
});

export const webhookSecurityProperties: Record<string, JsonSchema> = {
  signature: {
    type: ['string', 'array'],
    description:
      'Standard Webhooks signatures: `v1` (shared secret), `v1a` (ed25519), both in a list, or `none`.',
    'x-expects': 'v1, v1a, none, or a list of v1 and v1a',
    'x-text-enum': ['v1', 'v1a', 'none'],
    default: 'v1',
    minItems: 1,
    items: { type: 'string', enum: ['v1', 'v1a'] },
  },
  private_key: secrets(
    'Of `v1a`: `env:NAME`, `file:path` or `whsk_…`; or a list of them, newest first, while one is rotated: all of them sign. Default: generated.',
    'private-key',
    'key',
  ),
  hmac: hmacSchema,
  auth: authSchema,
  tls: tlsSchema,
  proxy: {
    type: ['string', 'boolean'],
    description: 'URL of an HTTP proxy; `false`: none. Default: that of `egress`.',
    format: 'proxy-url',
    'x-expects': 'the URL of an HTTP proxy, or false',
    'x-only-false': true,
  },
};

const PLACES: readonly (readonly [path: string, isSecret: boolean])[] = [
  ['hmac/secret', true],
  ['auth/basic/user', false],
  ['auth/basic/password', true],
  ['auth/bearer', true],
  ['auth/oauth2/token_url', false],
  ['auth/oauth2/client_id', false],
  ['auth/oauth2/client_secret', true],
  ['tls/cert', false],
  ['tls/key', true],
  ['tls/passphrase', true],
  ['tls/ca', false],
  ['proxy', false],
];

/** The values that may be `env:` or `file:` references. */
export function webhookSecurityPlaces(spec: unknown): SecretPlace[] {
  const single = PLACES.map(([path, isSecret]) => ({ path: path.split('/'), isSecret })).filter(
    ({ path }) => path.reduce<unknown>((holder, part) => childOf(holder, part), spec) !== undefined,
  );
  return childOf(spec, 'private_key') === undefined ? single : [...oneOrMore(spec, 'private_key'), ...single];
}
