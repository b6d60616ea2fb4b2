// The machine that an address counts for, where identities cost nothing.
import { ipVersion, isLinkLocal, isLoopback, normalHost } from '@peerlane/protocol';

/**
 * The machine that an address counts for: an IPv4 address, or the first 64 bits of an IPv6 address, as
 * a machine can choose the rest. All link-local addresses have the same first bits, so there the whole
 * address counts.
 *
 * @param text an IP address without a zone; any other text stands for itself
 */
export function machineOf(text: string): string {
  const host = normalHost(text) ?? text;
  if (ipVersion(host) !== 6 || isLinkLocal(host) || isLoopback(host)) return host;
  const [before = '', after] = host.split('::');
  const groups = before === '' ? [] : before.split(':');
  const last = after === undefined || after === '' ? [] : after.split(':');
  while (groups.length + last.length < 8) groups.push('0');
  return `${[...groups, ...last].slice(0, 4).join(':')}::/64`;
}
