// Who reaches a node that shares files, in one line.
import { isLoopback } from '@peerlane/protocol';
import type { Config } from '../config/settings.ts';
import { sealText } from '../lines/seal-text.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { allowAdvice, publicNetworks } from './public-networks.ts';

/**
 * Says what `--lan` opens to whom, or how to share with the network, and whether the node is sealed.
 * `undefined` for a node of version 1 where the user has chosen a host of the network.
 *
 * @param command the command that shares with the network, without `--lan`
 */
export function reachText(
  {
    address,
    tcpAddress,
    sealedBy,
  }: Pick<PeerlaneNode, 'address' | 'tcpAddress'> & Partial<Pick<PeerlaneNode, 'sealedBy'>>,
  {
    host,
    lan,
    catalog,
    protocol,
    allow,
  }: Pick<Config, 'host' | 'lan' | 'catalog' | 'protocol' | 'allow'>,
  command: string,
  found?: Parameters<typeof publicNetworks>[1],
): string | undefined {
  if (lan) {
    // Version 1 has no catalog.
    const what =
      catalog && protocol === 2
        ? 'can list and get what is shared'
        : 'can get each shared file whose name they know';
    const ports = `(UDP port ${address.port}, TCP port ${tcpAddress.port})`;
    const { networks, areAll } = publicNetworks(allow, found);
    const advice = allowAdvice(networks);
    const notes = advice === undefined ? [] : [`${advice}.`];
    const who =
      sealedBy === undefined
        ? `${protocol === 2 ? 'Open: everyone' : 'Everyone'} on your network`
        : `Sealed with key ${sealedBy}: everyone on your network who has it`;
    // Nobody is reached where every network is left out.
    if (notes.length > 0 && areAll) return notes[0];
    return [`${who} ${what} ${ports}.`, ...notes].join(' ');
  }
  const seal = protocol === 2 ? sealText(sealedBy, host) : undefined;
  if (!isLoopback(host)) return seal;
  const near = `Only this machine reaches ${host}: share with your network by ${command} --lan`;
  return sealedBy === undefined ? near : `${seal!} ${near}`;
}
