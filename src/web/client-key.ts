import ipaddr from 'ipaddr.js';

const IPV6_SUBSCRIBER_BITS = 64;
const IPV4_NEIGHBOURS_BITS = 24;

/**
 * What counts as one client where something is rationed. An IPv6 subscriber has a whole /64 and can change address at
 * will within it, so the network is the client; a mapped IPv4 address is the IPv4 address it stands for.
 */
export function clientKey(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(
    `${address.toNormalizedString().split('%')[0]}/${IPV6_SUBSCRIBER_BITS}`,
  ).toString();
}

/** The network an address is in, `203.0.113.0/24` or `2001:db8::/64`: what a crowd of machines in one place shares. */
export function networkOf(ip: string): string {
  const key = clientKey(ip);
  if (!ipaddr.isValid(key)) return key;
  if (!ipaddr.IPv4.isValid(key)) return `${key}/${IPV6_SUBSCRIBER_BITS}`;
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${key}/${IPV4_NEIGHBOURS_BITS}`)}/${IPV4_NEIGHBOURS_BITS}`;
}
