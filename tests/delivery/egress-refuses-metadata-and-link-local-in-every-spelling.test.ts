import { describe, expect, it } from '@jest/globals';
import { createEgressRule } from '../../src/core/egress.js';
import { aPost, aTransport } from '../faults/destinations/sending.js';

const REFUSED = [
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '255.255.255.255',
  '224.0.0.1',
  '239.255.255.250',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::169.254.169.254',
  '::ffff:0:169.254.169.254',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::a9fe:a9fe',
  // Shorter prefixes taken out of the local NAT64 range: /48, /56 and /64.
  '64:ff9b:1:a9fe:00a9:fe00::',
  '64:ff9b:1:12a9:fe:a9fe::',
  '64:ff9b:1:1234:a9:fea9:fe00:0',
  '::ffff:224.0.0.1',
  '::ffff:0.0.0.0',
  '64:ff9b::255.255.255.255',
  '2002:a9fe:a9fe:1:2:3:4:5',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  'FE80:0:0:0:0:0:0:1',
  'febf::1',
  'ff0e::101',
  '2002:a9fe:a9fe::1',
  '2001:0:1:2:3:4:5601:5601',
  '2001:db8::5efe:169.254.169.254',
  'not an address',
];
const ALLOWED = [
  '127.0.0.1',
  '::1',
  '10.0.0.1',
  '172.16.3.4',
  '192.168.1.1',
  '93.184.216.34',
  '2606:2800:220:1::1',
  '::ffff:93.184.216.34',
  '64:ff9b:1::5db8:d822',
  'fd12:3456::1',
];

/** As they may stand in a URL: the way a browser reads them, which is the way the request is sent. */
const URLS = [
  'http://169.254.169.254/latest',
  'http://169.254.169.254./latest',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0xA9.0xFE.0xA9.0xFE/',
  'http://0251.0376.0251.0376/',
  'http://025177524776/',
  'http://169.254.43518/',
  'http://169.16689662/',
  'http://169.254.0xa9.0376/',
  'http://%31%36%39.254.169.254/',
  'http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/',
  'http://169。254。169。254/',
  'http://user:pw@169.254.169.254:80/',
  'http://[::ffff:169.254.169.254]/',
  'http://[0:0:0:0:0:FFFF:A9FE:A9FE]/',
  'http://[::169.254.169.254]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2001:0:1:2:3:4:5601:5601]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://[ff02::1]/',
  'http://0/',
  'http://0.0.0.0/',
  'http://00000000/',
  'http://[::]/',
  'http://[::0.0.0.0]/',
  'http://255.255.255.255/',
  'http://0xe0000001/',
  'https://168.63.129.16/',
];

describe('the egress rule', () => {
  const rule = createEgressRule({ allow: [], deny: [] });

  it.each(REFUSED)('refuses %s', (address) => {
    expect(rule(address)).toEqual(expect.any(String));
  });

  it.each(ALLOWED)('lets %s through', (address) => {
    expect(rule(address)).toBeNull();
  });

  it('names the line that would allow it', () => {
    expect(rule('169.254.169.254')).toContain('egress: { allow: ["169.254.169.254/32"] }');
    expect(rule('fe80::1')).toContain('egress: { allow: ["fe80::1/128"] }');
  });

  it('lets through what the config allows, in every spelling of it, and no more', () => {
    const open = createEgressRule({ allow: ['169.254.169.254/32', 'fe80::/16'], deny: [] });
    expect(open('169.254.169.254')).toBeNull();
    expect(open('::ffff:169.254.169.254')).toBeNull();
    expect(open('fe80::7')).toBeNull();
    expect(open('169.254.169.253')).toEqual(expect.any(String));
  });

  it('excuses no refused address by an allowed one that the same IPv6 address also carries', () => {
    const open = createEgressRule({ allow: ['10.0.0.0/8'], deny: [] });
    // 6to4 of the metadata address with ISATAP of an allowed one; the local NAT64 range, read by two prefixes.
    for (const address of ['2002:a9fe:a9fe:0:0:5efe:a00:1', '64:ff9b:1:a9fe:a9:fe00:a00:1']) {
      expect(open(address)).toContain('a link-local address');
      expect(open(address, 'public')).toContain('a link-local address');
    }
    expect(open('2002:c0a8:101:0:0:5efe:a00:1', 'public')).toContain('a private address');
    expect(open('2002:a00:2:0:0:5efe:a00:1', 'public')).toBeNull();
  });

  it('refuses what the config denies, even when it also allows it', () => {
    const closed = createEgressRule({ allow: ['10.1.0.0/16'], deny: ['10.0.0.0/8', '127.0.0.1', '::1'] });
    expect(closed('10.1.2.3')).toContain('egress.deny');
    expect(closed('::ffff:10.1.2.3')).toContain('egress.deny');
    expect(closed('127.0.0.1')).toContain('egress.deny');
    expect(closed('::1')).toContain('egress.deny');
    expect(closed('11.0.0.1')).toBeNull();
  });
});

describe('a URL whose host is a refused address', () => {
  const transport = aTransport({
    resolve: (hostname, _options, done) => done(new Error(`${hostname} was looked up`), []),
  });

  it.each(URLS)('%s is not requested', async (url) => {
    const { error } = await transport.send(aPost(url), 1_000);
    expect(error).toMatchObject({ code: 'egress', message: expect.stringContaining('egress: { allow: ["') });
  });
});
