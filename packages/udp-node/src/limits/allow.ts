// The networks that datagrams may go to, and come from.
import { BlockList, isIPv6 } from 'node:net';
import { isUnicast, withoutZone } from '@peerlane/protocol';

/** Says whether datagrams may go to an IP address. */
export type Allow = (host: string) => boolean;

/** Loopback, private, link-local and shared networks, which are not reached by accident. */
const near = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fe80::/10',
  'fc00::/7',
];

/** The most hosts whose answers are remembered. */
const maxKnown = 10_000;

/**
 * Allows near networks and those that are listed, as `203.0.113.0/24` or as a single address. A node
 * never sends to a multicast, broadcast or unspecified address, even if it is listed here.
 *
 * @throws TypeError for a text that is not a network
 */
export function allowNetworks(networks: readonly string[] = []): Allow {
  return inNetworks([...near, ...networks]);
}

/**
 * Whether an IP address is in one of some networks, as `203.0.113.0/24`, or is one of some single addresses.
 *
 * @throws TypeError for a text that is not a network
 */
export function inNetworks(networks: readonly string[]): (host: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = isIPv6(address) ? '128' : '32', ...more] = network.split('/');
    try {
      // Number() accepts more than digits, and reads nothing as 0, which would be the whole Internet.
      if (more.length > 0 || !/^\d{1,3}$/.test(prefix))
        throw new Error('the prefix is not a number');
      list.addSubnet(address, Number(prefix), family(address));
    } catch (cause) {
      throw new TypeError(`expected a network such as 203.0.113.0/24, got "${network}"`, { cause });
    }
  }
  // The list is slow, and most datagrams go to the same few hosts.
  const known = new Map<string, boolean>();
  return (host) => {
    let allowed = known.get(host);
    if (allowed === undefined) {
      allowed = list.check(withoutZone(host), family(host));
      if (known.size >= maxKnown) known.clear();
      known.set(host, allowed);
    }
    return allowed;
  };
}

/** Why nothing is exchanged with an IP address; `undefined` if it is allowed. */
export function faultOf(host: string, allow: Allow): string | undefined {
  if (!isUnicast(host)) return `${host} is not the address of a single machine.`;
  if (allow(host)) return undefined;
  return `${host} is outside the networks that this node may send to.`;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
