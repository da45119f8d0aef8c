import ipaddr from 'ipaddr.js';

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address on the public internet. Loopback, private, link-local (cloud metadata),
 * carrier-grade NAT, multicast and reserved ranges are not, nor is an IPv6 address that carries
 * such an IPv4 address inside it.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  const embedded = embeddedIpv4(address);
  if (embedded) return embedded.range() === 'unicast';
  // Asking for what is global, not for what is not private: `::127.0.0.1` and other relics have no range of their own.
  return address.match(GLOBAL_UNICAST_V6) && address.range() === 'unicast';
}

/**
 * IPv4-mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056) and Teredo (RFC 4380) all end at an
 * IPv4 address.
 */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6052':
      return new ipaddr.IPv4(bytes.slice(12));
    case '6to4':
      return new ipaddr.IPv4(bytes.slice(2, 6));
    case 'teredo':
      return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
    default:
      return undefined;
  }
}
