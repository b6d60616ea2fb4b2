// Link-local addresses: a list names them without a zone, and they mean something on its link alone.
import {
  formatPeerAddress,
  hostOf,
  isLinkLocal,
  parsePeerAddress,
  withoutZone,
  zoneOf,
} from '@peerlane/protocol';

/**
 * An address as a list for a peer names it; `undefined` if it means nothing to that peer: a link-local
 * address is named only to peers on the same link, which know it by another zone.
 *
 * @see docs/protocol.md, "Link-local addresses"
 */
export function listedFor(peer: string, address: string): string | undefined {
  const zone = zoneIn(address);
  if (zone === undefined) return address;
  return zoneIn(peer) === zone ? changeHost(address, withoutZone) : undefined;
}

/**
 * The addresses that the list of a sender names, as this machine knows them: link-local ones are on the
 * link of their sender, if the sender has one.
 */
export function namedBy(sender: string, addresses: readonly string[]): readonly string[] {
  const zone = zoneIn(sender);
  if (zone === undefined) return addresses;
  return addresses.map((address) =>
    isLinkLocal(hostOf(address)) ? changeHost(address, (host) => `${host}%${zone}`) : address,
  );
}

/** The link of an address on this machine; `undefined` if it is not link-local, or its link is unknown. */
export function zoneIn(address: string): string | undefined {
  return address.startsWith('[fe') ? zoneOf(hostOf(address)) : undefined;
}

function changeHost(address: string, change: (host: string) => string): string {
  const { host, port } = parsePeerAddress(address);
  return formatPeerAddress({ host: change(host), port });
}
