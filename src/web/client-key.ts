import ipaddr from 'ipaddr.js';

const IPV6_SUBSCRIBER_BITS = 64;
/**
 * Prefix lengths that sign-ups are counted by, from the narrowest: what one customer, one site and
 * one provider is given.
 */
const IPV4_WIDTHS = [24, 16];
const IPV6_WIDTHS = [IPV6_SUBSCRIBER_BITS, 56, 48, 32];

/**
 * Returns the key by which clients are rate-limited. An IPv6 subscriber has a whole /64 and can
 * change address at will within it, so the network is the client; a mapped IPv4 address is the IPv4
 * address it stands for.
 */
export function clientKey(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return ipv6Network(address, IPV6_SUBSCRIBER_BITS);
}

/**
 * The networks an address is in, from the narrowest: `203.0.113.0/24` and `203.0.0.0/16`, or
 * `2001:db8:1:2::/64` and those around it. Whoever has one of them can send from any address in it.
 */
export function networksOf(ip: string): string[] {
  if (!ipaddr.isValid(ip)) return [ip];
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4)
    return IPV4_WIDTHS.map(
      (bits) => `${ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`)}/${bits}`,
    );
  return IPV6_WIDTHS.map((bits) => `${ipv6Network(address, bits)}/${bits}`);
}

function ipv6Network(address: ipaddr.IPv6, bits: number): string {
  const [withoutZone] = address.toNormalizedString().split('%');
  return ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone}/${bits}`).toString();
}
