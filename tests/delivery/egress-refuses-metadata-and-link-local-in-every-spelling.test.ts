import { describe, expect, it } from '@jest/globals';
import { createEgressRule } from '../../src/core/egress.js';

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
  'fd20:ce::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::169.254.169.254',
  '::ffff:0:169.254.169.254',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::a9fe:a9fe',
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
  'fd12:3456::1',
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

  it('refuses what the config denies, even when it also allows it', () => {
    const closed = createEgressRule({ allow: ['10.1.0.0/16'], deny: ['10.0.0.0/8', '127.0.0.1', '::1'] });
    expect(closed('10.1.2.3')).toContain('egress.deny');
    expect(closed('::ffff:10.1.2.3')).toContain('egress.deny');
    expect(closed('127.0.0.1')).toContain('egress.deny');
    expect(closed('::1')).toContain('egress.deny');
    expect(closed('11.0.0.1')).toBeNull();
  });
});
