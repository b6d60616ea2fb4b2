// Who reaches a node that shares files, in one line.
import { isLoopback } from '@peerlane/protocol';
import type { Config } from '../config/settings.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { allowAdvice, publicNetworks } from './public-networks.ts';

/**
 * Says what `--lan` opens to whom, or how to share with the network; `undefined` where the user has chosen
 * a host of the network.
 *
 * @param command the command that shares with the network, without `--lan`
 */
export function reachText(
  { address, tcpAddress }: Pick<PeerlaneNode, 'address' | 'tcpAddress'>,
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
    // Nobody is reached where every network is left out.
    if (notes.length > 0 && areAll) return notes[0];
    return [`Everyone on your network ${what} ${ports}.`, ...notes].join(' ');
  }
  if (!isLoopback(host)) return undefined;
  return `Only this machine reaches ${host}: share with your network by ${command} --lan`;
}
