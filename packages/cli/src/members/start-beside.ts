// Starts a node beside others of this machine: on free ports where those of the configuration are in use.
import { settings, flagOf, type Config, type SettingName } from '../config/settings.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { localAddress } from './guest.ts';
import { waitForMembers } from './wait-for-members.ts';
import { NodeError } from '../node/node-error.ts';
import type { PeerlaneNode } from '../node/node.ts';

/** How long the node that has the port may take to answer, in milliseconds. */
const answerTimeout = 2000;

/** A node that was started, and whether a guest of this machine that names no peer finds it. */
export interface StartedBeside {
  readonly node: PeerlaneNode;
  readonly isFoundHere: boolean;
}

/**
 * Starts a node. Where a port is in use that the command line does not name, the node gets a free one, and
 * joins the node that has the UDP port, so that guests which ask only that one are told of both.
 *
 * @param make creates a node with a configuration
 * @throws NodeError if the node cannot be started
 */
export async function startBeside(
  { config, origins }: Pick<LoadedConfig, 'config' | 'origins'>,
  make: (config: Config) => PeerlaneNode,
  signal: AbortSignal,
): Promise<StartedBeside> {
  const isOpen = (name: SettingName): boolean => origins[name] !== flagOf(name);
  let ports = { port: config.port, tcpPort: config.tcpPort };
  for (;;) {
    const node = make({ ...config, ...ports });
    try {
      await node.start();
      const isDefault =
        config.host === settings.host.fallback && config.port === settings.port.fallback;
      const isMoved = ports.port !== config.port;
      const isFoundHere = !isMoved || (await isJoined(node, localAddress(config), signal));
      return { node, isFoundHere: isDefault && config.protocol === 2 && isFoundHere };
    } catch (error) {
      await node.close();
      const taken = takenPort(error);
      if (taken === undefined || ports[taken] === 0 || !isOpen(taken)) throw error;
      ports = { ...ports, [taken]: 0 };
    }
  }
}

/** Which port an error says is in use. */
function takenPort(error: unknown): 'port' | 'tcpPort' | undefined {
  if (!NodeError.is(error) || error.code !== 'bind') return undefined;
  const { code, syscall } = error.cause as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE') return undefined;
  return syscall === 'listen' ? 'tcpPort' : 'port';
}

/** Joins the program that has the port, and returns whether it answers as a node does. */
async function isJoined(
  node: PeerlaneNode,
  address: string,
  signal: AbortSignal,
): Promise<boolean> {
  node.join(address);
  return await waitForMembers(node, () => node.isHeard(address), answerTimeout, signal);
}
