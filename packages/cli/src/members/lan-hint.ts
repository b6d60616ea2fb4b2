// A hint for a node that looks for others on the local network and hears nobody.
import { discoveryGroup } from '@peerlane/udp-node';
import type { Config } from '../config/settings.ts';
import type { PeerlaneNode } from '../node/node.ts';

/** How long a node is alone before the hint is shown, in milliseconds. */
const hintDelay = 10_000;

/**
 * Shows a hint if a node has heard nobody on the local network for a while.
 *
 * @returns a function that cancels the hint; `undefined` if the node does not look there
 */
export function hintWhenAlone(
  node: PeerlaneNode,
  { lan }: Pick<Config, 'lan'>,
  show: (line: string) => void,
): (() => void) | undefined {
  if (!lan) return undefined;
  const timer = setTimeout(() => {
    if (node.members().some(({ state }) => state === 'heard')) return;
    const [udp, tcp] = [node.address.port, node.tcpAddress.port];
    const { sealedBy } = node;
    const [who, whose] =
      sealedBy === undefined
        ? ['Nobody', '']
        : [`No node with key ${sealedBy}`, ' that has the key (p2p invite lets one join)'];
    show(
      `${who} was heard yet. Run p2p --lan on another machine of this network${whose}; firewalls must let in ` +
        `UDP ports ${udp} and ${discoveryGroup.port} and TCP port ${tcp} (--tcp-port keeps it the same).`,
    );
  }, hintDelay);
  timer.unref();
  const cancel = (): void => {
    clearTimeout(timer);
  };
  // A guest may have left again by the time of the hint.
  for (const event of ['peer', 'heard', 'request'] as const) node.once(event, cancel);
  return cancel;
}
