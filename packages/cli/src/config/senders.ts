// Names and networks of those whose sends are taken, and whether a send comes from one of them.
import { ipVersion } from '@peerlane/protocol';
import { inNetworks } from '@peerlane/udp-node';

/** What a rule about senders looks at. */
export interface Sender {
  /** The name that it gives itself, which is only a claim. */
  readonly from?: string;
  /** Its IP address. */
  readonly address: string;
}

/** Whether a text can stand for senders: an IP address, a network as `192.168.1.0/24`, or a name. */
export function isSender(text: string): boolean {
  if (isNetwork(text)) return true;
  return !text.includes('/') && Array.from(text).length <= 64 && text.isWellFormed();
}

/** Whether a send comes from one of these: by its address, or by the name that it claims. */
export function isFrom(senders: readonly string[], { from, address }: Sender): boolean {
  if (inNetworks(senders.filter(isNetwork))(address)) return true;
  const names = senders.filter((each) => !isNetwork(each));
  return from !== undefined && names.some((name) => name.normalize() === from.normalize());
}

function isNetwork(text: string): boolean {
  const [address = ''] = text.split('/');
  if (ipVersion(address) === undefined) return false;
  try {
    inNetworks([text]);
    return true;
  } catch {
    return false;
  }
}
