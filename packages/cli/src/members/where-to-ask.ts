// By which options a guest on another machine finds a node that shares files.
import { hostOf, ipVersion, isLinkLocal, zoneOf } from '@peerlane/protocol';
import { allowNetworks } from '@peerlane/udp-node';
import type { Config } from '../config/settings.ts';
import { peerOptions } from '../text/get-command.ts';

/**
 * The options by which a guest finds a node. One that it names as an address outside the local networks,
 * or finds there with `--lan`, has to be allowed too.
 *
 * @param isFoundHere whether a guest of this machine finds it without options
 * @param addresses those of the node, at least one
 */
export function whereToAsk(
  { lan, discovery, protocol, allow }: Pick<Config, 'lan' | 'discovery' | 'protocol' | 'allow'>,
  isFoundHere: boolean,
  addresses: readonly string[],
): string[] {
  if (lan && discovery === true && protocol === 2) {
    const [isNear, isAllowed] = [allowNetworks(), allowNetworks(allow)];
    const outside = addresses
      .map(hostOf)
      .filter((host) => ipVersion(host) !== undefined && !isNear(host) && isAllowed(host));
    return ['--lan', ...(outside.length > 0 ? ['--allow', outside.join(',')] : [])];
  }
  if (isFoundHere) return [];
  // A link-local address has a zone, which is another one on the other machine.
  const address = addresses.find((each) => !isLinkLocal(hostOf(each))) ?? addresses[0]!;
  return peerOptions(address);
}

/** A line for an address with a zone, which is another one on the machine where the command is typed. */
export function zoneNote(where: readonly string[]): string | undefined {
  const zones = where.flatMap((word) => zoneOf(hostOf(word)) ?? []);
  if (zones.length === 0) return undefined;
  return `On another machine, type its own interface in place of ${zones.join(', ')}.`;
}
