// Whether an address lies in a network.
import { BlockList } from 'node:net';
import { ipVersion, withoutZone } from '@peerlane/protocol';

/** Whether an IP address lies in a network such as `192.168.1.5/24`. */
export function sameNetwork(host: string, cidr: string | null): boolean {
  const [network = '', prefix = ''] = (cidr ?? '').split('/');
  const version = ipVersion(host);
  if (version === undefined || version !== ipVersion(network) || prefix === '') return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), `ipv${version}`);
  return list.check(withoutZone(host), `ipv${version}`);
}
