import { BlockList, isIPv6 } from 'node:net';

/** Decides whether datagrams may go to an IP address. */
export type Allow = (host: string) => boolean;

/** Loopback, private, link-local and shared networks: those that nobody reaches by accident. */
const near: readonly [network: string, prefix: number][] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fe80::', 10],
  ['fc00::', 7],
];

/** How many hosts' answers are remembered. */
const maxKnown = 10_000;

/**
 * Allows near networks, and besides them those that are listed, as `203.0.113.0/24` or as a single
 * address. A node sends to no multicast, broadcast or unspecified address, whatever is allowed.
 *
 * @throws TypeError for what is no network
 */
export function allowNetworks(networks: readonly string[] = []): Allow {
  const list = new BlockList();
  for (const [network, prefix] of near) list.addSubnet(network, prefix, family(network));
  for (const network of networks) {
    const [address = '', prefix = isIPv6(address) ? '128' : '32', ...more] = network.split('/');
    try {
      // Number() takes more than digits, and nothing at all for 0: that would be the whole Internet.
      if (more.length > 0 || !/^\d{1,3}$/.test(prefix)) throw new Error('the prefix is no number');
      list.addSubnet(address, Number(prefix), family(address));
    } catch (cause) {
      throw new TypeError(`expected a network such as 203.0.113.0/24, got "${network}"`, { cause });
    }
  }
  // The list takes its time, and most datagrams go to the same few hosts.
  const known = new Map<string, boolean>();
  return (host) => {
    let allowed = known.get(host);
    if (allowed === undefined) {
      allowed = list.check(host, family(host));
      if (known.size >= maxKnown) known.clear();
      known.set(host, allowed);
    }
    return allowed;
  };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
