import type { Config } from '../config/settings.ts';
import type { PeerlaneNode } from '../node/node.ts';

/** After so many milliseconds without anybody there is a hint. */
const patience = 10_000;

/** The port on which nodes announce themselves to a local network. */
const announcements = 13_780;

/**
 * Says what may be wrong where a node that looks at the network hears nobody for a while.
 *
 * @returns what calls it off
 */
export function hintWhenAlone(
  node: PeerlaneNode,
  { lan }: Pick<Config, 'lan'>,
  tell: (line: string) => void,
): (() => void) | undefined {
  if (!lan) return undefined;
  const timer = setTimeout(() => {
    if (node.members().some(({ state }) => state === 'heard')) return;
    const [udp, tcp] = [node.address.port, node.tcpAddress.port];
    tell(
      'Nobody was heard yet. Run p2p --lan on another machine of this network; firewalls must let in ' +
        `UDP ports ${udp} and ${announcements} and TCP port ${tcp} (--tcp-port keeps it the same).`,
    );
  }, patience);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
