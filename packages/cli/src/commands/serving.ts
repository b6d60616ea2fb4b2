// The common part of `p2p start` and `p2p share`: the events of a node that serves, and its end.
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadedConfig } from '../config/load-config.ts';
import { ownAddresses } from '../members/own-addresses.ts';
import type { Io } from '../output/io.ts';
import type { ReadyEvent } from '../output/json-events.ts';
import type { PeerlaneNode } from '../node/node.ts';
import type { Report } from '../output/report.ts';

/** How long uploads may go on after the program was asked to stop, in milliseconds. */
const drainTimeout = 10_000;

/** Prints the events of a node that serves as JSON events. */
export function reportServing(node: PeerlaneNode, report: Report): void {
  node.on('peer', (address) => {
    report.event({ event: 'peer', address });
  });
  node.on('gone', (address) => {
    report.event({ event: 'gone', address });
  });
  node.on('request', ({ peer, filename }) => {
    report.event({ event: 'request', peer, filename });
  });
  for (const event of ['sending', 'sent'] as const) {
    node.on(event, ({ client, filename, size }) => {
      report.event({ event, client, filename, size });
    });
  }
  node.on('warning', (message) => {
    report.event({ event: 'warning', message });
  });
}

/** The event of a node that has started. */
export async function readyEvent(
  node: PeerlaneNode,
  { config: { host }, file }: LoadedConfig,
  cwd: string,
): Promise<ReadyEvent> {
  const { files, bytes } = await node.shared();
  return {
    event: 'ready',
    addresses: ownAddresses({ host, port: node.address.port }),
    tcpPort: node.tcpAddress.port,
    files,
    ...(bytes !== undefined && { bytes }),
    ...(file && {
      config: { path: join(cwd, file.path), changes: file.changes, leftOut: file.leftOut },
    }),
  };
}

/**
 * Serves until the program is asked to stop, then lets uploads finish for a while, and closes the node.
 *
 * @param cancelHint cancels a hint, which would ask the closed node for its members
 */
export async function serveUntilStopped(
  node: Pick<PeerlaneNode, 'close'>,
  { signal }: Pick<Io, 'signal'>,
  cancelHint: (() => void) | undefined,
): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  cancelHint?.();
  await node.close({ drain: drainTimeout });
}
