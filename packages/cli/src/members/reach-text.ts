// Who reaches a node that shares files, in one line.
import type { Config } from '../config/settings.ts';
import type { PeerlaneNode } from '../node/node.ts';

/**
 * Says what `--lan` opens to whom, or how to share with the network; `undefined` where the user has chosen
 * a host of the network.
 *
 * @param command the command that shares with the network, without `--lan`
 */
export function reachText(
  { address, tcpAddress }: Pick<PeerlaneNode, 'address' | 'tcpAddress'>,
  { host, lan }: Pick<Config, 'host' | 'lan'>,
  command: string,
): string | undefined {
  if (lan)
    return (
      'Everyone on your network can list and get what is shared ' +
      `(UDP port ${address.port}, TCP port ${tcpAddress.port}).`
    );
  if (host !== '127.0.0.1') return undefined;
  return `Only this machine reaches 127.0.0.1: share with your network by ${command} --lan`;
}
