// Names and networks of those whose sends are taken, and whether a send comes from one of them.
import { BlockList, isIP } from 'node:net';
import { withoutZone } from '@peerlane/protocol';

/** What a rule about senders looks at. */
export interface Sender {
  /** The name that it gives itself, which is only a claim. */
  readonly from?: string;
  /** Its IP address. */
  readonly address: string;
}

/** Whether a text can stand for senders: an IP address, a network as `192.168.1.0/24`, or a name. */
export function isSender(text: string): boolean {
  if (networkOf(text)) return true;
  return !text.includes('/') && Array.from(text).length <= 64 && text.isWellFormed();
}

/** Whether a send comes from one of these: by its address, or by the name that it claims. */
export function isFrom(senders: readonly string[], { from, address }: Sender): boolean {
  const networks = new BlockList();
  const names = senders.filter((text) => {
    const network = networkOf(text);
    if (network) networks.addSubnet(...network);
    return !network;
  });
  const host = withoutZone(address);
  const family = familyOf(host);
  if (family && networks.check(host, family)) return true;
  return from !== undefined && names.some((name) => name.normalize() === from.normalize());
}

type Network = readonly [address: string, prefix: number, family: 'ipv4' | 'ipv6'];

function networkOf(text: string): Network | undefined {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = familyOf(address);
  if (!family) return undefined;
  const most = family === 'ipv4' ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  return bits > most ? undefined : [address, bits, family];
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
