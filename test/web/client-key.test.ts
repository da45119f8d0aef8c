import { expect, test } from 'vitest';
import { clientKey, networksOf } from '../../src/web/client-key.ts';

test.each([
  ['203.0.113.77', ['203.0.113.0/24', '203.0.0.0/16']],
  ['::ffff:203.0.113.77', ['203.0.113.0/24', '203.0.0.0/16']],
  [
    '2001:db8:1:2ff:3:4:5:6',
    ['2001:db8:1:2ff::/64', '2001:db8:1:200::/56', '2001:db8:1::/48', '2001:db8::/32'],
  ],
  ['fe80::1%eth0', ['fe80::/64', 'fe80::/56', 'fe80::/48', 'fe80::/32']],
  ['nobody', ['nobody']],
])('the networks around %s, from the narrowest', (address, networks) => {
  expect(networksOf(address)).toEqual(networks);
});

test('a client is an IPv4 address, or the /64 in which an IPv6 subscriber changes address at will', () => {
  expect(clientKey('203.0.113.77')).toBe('203.0.113.77');
  expect(clientKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::');
});
