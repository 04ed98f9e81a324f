// Which addresses Relay may connect to. Pure: it judges an address that was already resolved; the transport connects to that very one.
// Link-local, cloud metadata, multicast, unspecified and broadcast addresses are refused unless the config allows them; private ones
// too where an API client, who need not be trusted with the inside of the network, said where to go.

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface EgressSettings {
  /** CIDRs that are let through although they are refused by default. */
  readonly allow: readonly string[];
  /** CIDRs that are refused; `deny` beats `allow`. */
  readonly deny: readonly string[];
  /** URL of the HTTP proxy that everything goes through which names none of its own. */
  readonly proxy?: string | null;
}

/** `public`: private, loopback and reserved addresses are refused as well. */
export type Reach = 'anywhere' | 'public';

/** Why an address is refused, with the line that would allow it; null when it may be connected to. */
export type EgressRule = (address: string, reach?: Reach) => string | null;

const REFUSED_RANGES: Readonly<Record<string, string>> = {
  linkLocal: 'a link-local address',
  multicast: 'a multicast address',
  unspecified: 'an unspecified address',
  broadcast: 'the broadcast address',
};

/** What a public address is not, in words; other special ranges are called reserved. */
const PRIVATE_RANGES: Readonly<Record<string, string>> = {
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  carrierGradeNat: 'a private address',
  loopback: 'a loopback address',
};

/** IPv6 ranges that only carry an IPv4 address, which is judged by itself. */
const CARRIER_KINDS: ReadonlySet<string> = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052', '6to4', 'teredo']);

/** Metadata services outside of the link-local range: AWS and Google over IPv6, Alibaba, Oracle, Azure's wire server. */
const METADATA = [
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
].map((text) => ipaddr.parse(text).toNormalizedString());

/** IPv6 ranges that carry an IPv4 address, and the 16-bit groups it stands in. */
const CARRIERS: readonly { readonly range: string; readonly at: readonly [number, number] }[] = [
  { range: '::/96', at: [6, 7] }, // IPv4-compatible, RFC 4291
  { range: '::ffff:0:0/96', at: [6, 7] }, // IPv4-mapped, RFC 4291
  { range: '::ffff:0:0:0/96', at: [6, 7] }, // IPv4-translated, RFC 6145
  { range: '64:ff9b::/96', at: [6, 7] }, // NAT64, RFC 6052
  { range: '64:ff9b:1::/48', at: [6, 7] }, // local NAT64, RFC 8215
  { range: '2002::/16', at: [1, 2] }, // 6to4, RFC 3056
];
const CARRIER_RANGES = CARRIERS.map(({ range, at }) => ({ cidr: ipaddr.IPv6.parseCIDR(range), at }));
const TEREDO = ipaddr.IPv6.parseCIDR('2001::/32');
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48');
/** Bytes an IPv4 address stands in when a network takes a shorter prefix out of the local NAT64 range: /48, /56, /64 (RFC 6052 §2.2). */
const SHORTER_PREFIXES = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
] as const;

/** @throws Error when a CIDR cannot be read; a bare address stands for itself */
export function createEgressRule(settings: EgressSettings): EgressRule {
  const allow = settings.allow.map(parseRange);
  const deny = settings.deny.map(parseRange);
  return (text, reach = 'anywhere') => {
    const forms = formsOf(text);
    if (forms === null) return `${text} is not an IP address`;
    const isIn = (ranges: readonly [Address, number][], form: Address): boolean =>
      ranges.some((range) => contains(range, form));
    if (forms.some((form) => isIn(deny, form)))
      return `${text} is in egress.deny; take it out of that list to allow it`;
    const [own] = forms as [Address, ...Address[]];
    if (isIn(allow, own)) return null;
    // Each form is excused by itself: an allowed address beside a refused one in the same IPv6 address excuses nothing.
    const why = reasonAgainst(forms, reach, (form) => isIn(allow, form));
    if (why === null) return null;
    const cidr = `${text}/${text.includes(':') ? 128 : 32}`;
    return `${text} is ${why}; to allow it, add to the config: egress: { allow: ["${cidr}"] }`;
  };
}

/** For the host of a URL that is an address, which nobody looks up: why it is refused. Null for a name. */
export function refusedLiteral(rule: EgressRule, hostname: string, reach: Reach = 'anywhere'): string | null {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return isIP(plain) === 0 ? null : rule(plain, reach);
}

function reasonAgainst(
  forms: readonly Address[],
  reach: Reach,
  isAllowed: (form: Address) => boolean,
): string | null {
  const judged = forms.filter((form) => !isAllowed(form));
  for (const form of judged) {
    const why = refusedByDefault(form);
    if (why !== null) return why;
  }
  if (reach === 'anywhere') return null;
  const [own] = forms;
  for (const form of judged) {
    const range = form.range();
    if (range === 'unicast' || (form === own && CARRIER_KINDS.has(range))) continue;
    return `${PRIVATE_RANGES[range] ?? 'a reserved address'}, which nothing made through the API may call`;
  }
  return null;
}

/** `10.0.0.0/8`, `::1`, `169.254.169.254`. @throws Error when it is none */
function parseRange(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The address itself and every IPv4 address it carries: the network may deliver to either. */
function formsOf(text: string): Address[] | null {
  const plain = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!ipaddr.isValid(plain)) return null;
  const address = ipaddr.parse(plain);
  if (address.kind() === 'ipv4') return [address];
  const parts = (address as ipaddr.IPv6).parts;
  const forms: Address[] = [address];
  for (const { cidr, at } of CARRIER_RANGES) {
    if (address.match(cidr)) forms.push(ipv4Of(parts[at[0]] as number, parts[at[1]] as number));
  }
  // Teredo (RFC 4380) carries the client's address inverted; ISATAP (RFC 5214) behind ::5efe.
  if (address.match(TEREDO)) forms.push(ipv4Of((parts[6] as number) ^ 0xffff, (parts[7] as number) ^ 0xffff));
  if (parts[5] === 0x5efe) forms.push(ipv4Of(parts[6] as number, parts[7] as number));
  if (address.match(LOCAL_NAT64)) forms.push(...underShorterPrefixes(address.toByteArray()));
  return forms;
}

/** A reading that begins with zero is no address but another prefix's padding. */
function underShorterPrefixes(bytes: readonly number[]): Address[] {
  const read = SHORTER_PREFIXES.map((places) => places.map((place) => bytes[place] as number));
  return read.filter(([first]) => first !== 0).map((octets) => new ipaddr.IPv4(octets));
}

function ipv4Of(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]);
}

function contains(range: [Address, number], address: Address): boolean {
  return range[0].kind() === address.kind() && address.match(range);
}

function refusedByDefault(address: Address): string | null {
  if (METADATA.includes(address.toNormalizedString())) return 'a cloud metadata address';
  // ::1 reads as 0.0.0.1 when taken for an IPv4-compatible address; loopback is allowed.
  if (address.range() === 'unspecified' && address.toString() === '0.0.0.1') return null;
  return REFUSED_RANGES[address.range()] ?? null;
}
