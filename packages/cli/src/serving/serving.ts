// The common part of `p2p start` and `p2p share`: the events of a node that serves, and its end.
import type { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { shortText } from '@peerlane/protocol';
import { aborted } from '../aborted.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { ownAddresses } from '../members/own-addresses.ts';
import type { Io, Output } from '../output/io.ts';
import { boundedOutput, lostText, type LostLine } from '../output/bounded-output.ts';
import { FolderUploads, isFolder } from '../events/folder-uploads.ts';
import { EventSampler, type SampledKind } from '../events/event-sampler.ts';
import type { JsonEvent, ReadyEvent } from '../events/json-events.ts';
import { asciiJson } from '../events/json-line.ts';
import type { PeerlaneNode } from '../node/node.ts';
import type { NodeEvents } from '../node/node-options.ts';
import type { Report } from '../output/report.ts';

/** How long uploads may go on after the program was asked to stop, in milliseconds. */
const drainTimeout = 10_000;

/**
 * The surroundings of a command that serves: with outputs whose reader may be slow, or stand still.
 *
 * @param lostLog says in a line of standard error how many lines were dropped
 */
export function servingIo(io: Io, json: boolean, lostLog: LostLine = lostText): Io {
  const lostEvent = (count: number): string =>
    asciiJson({ event: 'omitted', of: 'line', count } satisfies JsonEvent);
  for (const output of [io.stdout, io.stderr]) waitForNoTerminal(output);
  return {
    ...io,
    stdout: boundedOutput(io.stdout, json ? lostEvent : lostText),
    stderr: boundedOutput(io.stderr, lostLog),
  };
}

/**
 * Lets the program go on while its terminal takes nothing, as after Ctrl-S. Node would stand still as a whole,
 * and serve nobody. On Windows it does all the same.
 */
function waitForNoTerminal(output: Output): void {
  if (output.isTTY) output._handle?.setBlocking?.(false);
}

/** Prints the events of a node that serves as JSON events: of each kind only so many in a second. */
export function reportServing(node: EventEmitter<NodeEvents>, report: Report): void {
  const sampler = new EventSampler((of, count) => {
    report.event({ event: 'omitted', of, count });
  });
  const show = (event: JsonEvent & { readonly event: SampledKind }): void => {
    if (sampler.admits(event.event)) report.event(event);
  };
  for (const event of ['peer', 'gone'] as const) {
    node.on(event, (address) => {
      show({ event, address });
    });
  }
  node.on('request', ({ peer, filename, kind }) => {
    const asked = kind === undefined ? undefined : { kind: shortText(kind) };
    show({ event: 'request', peer, filename: shortText(filename), ...asked });
  });
  const uploads = new FolderUploads(() => performance.now());
  for (const event of ['sending', 'sent'] as const) {
    node.on(event, (upload) => {
      const { client, filename, size } = upload;
      if (isFolder(upload) && (event === 'sent' || !uploads.isNew(upload))) return;
      show({ event, client, filename, size });
    });
  }
  node.on('warning', (message) => {
    show({ event: 'warning', message });
  });
}

/** The event of a node that has started. */
export async function readyEvent(
  node: PeerlaneNode,
  { config: { host }, file }: LoadedConfig,
  cwd: string,
): Promise<ReadyEvent> {
  const { files, bytes, folders } = await node.shared();
  return {
    event: 'ready',
    addresses: ownAddresses({ host, port: node.address.port }),
    tcpPort: node.tcpAddress.port,
    files,
    folders,
    ...(bytes !== undefined && { bytes }),
    sealed: node.sealedBy ?? null,
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
  await aborted(signal);
  cancelHint?.();
  await node.close({ drain: drainTimeout });
}
