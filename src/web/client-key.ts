import ipaddr from 'ipaddr.js';

const IPV6_SUBSCRIBER_BITS = 64;

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
