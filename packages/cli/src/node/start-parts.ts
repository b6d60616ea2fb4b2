// Starts the parts of a node, in order: what is shared, the file server, and the UDP node.
import type { EventEmitter } from 'node:events';
import { visibleText } from '@peerlane/protocol';
import { SealedDatagrams } from '@peerlane/seal';
import {
  clearUnfinished,
  ConnectionPool,
  openLibrary,
  startFileServer,
  type FileServer,
  type Library,
  type LibraryOptions,
} from '@peerlane/tcp-transfer';
import { allowNetworks, startUdpNode, systemLookup, type UdpNode } from '@peerlane/udp-node';
import { describe, reasonOf } from './error-text.ts';
import { NodeError } from './node-error.ts';
import type { NodeEvents, NodeOptions } from './node-options.ts';
import { Inbox, type InboxParts } from '../sends/inbox.ts';
import { Outbox } from '../sends/outbox.ts';

/** The parts of a running node. */
export interface Running {
  readonly udp: UdpNode;
  readonly tcp: FileServer;
  readonly library: Library;
  /** The connections of all downloads. */
  readonly connections: ConnectionPool;
  /** What the node sends. */
  readonly sends: Outbox;
  /** What it receives; `undefined` if it takes no sends. */
  readonly inbox: Inbox | undefined;
}

/**
 * Opens what is to be shared, binds both ports, and announces the node to the cluster.
 *
 * @throws NodeError `bad-folder`, `bind`; ProtocolError `bad-address` for a member that is none;
 * TypeError or RangeError for a bad option
 */
export async function startParts(
  options: NodeOptions,
  node: EventEmitter<NodeEvents>,
): Promise<Running> {
  const { host = '127.0.0.1', port = 1378, tcpPort = 0, period = 20_000, protocol = 2 } = options;
  const { members = [], allow = [], discovery, name, guest = false, catalog, transport } = options;
  const { outward = false, keyring, connect, receive } = options;
  // Before anything is open: a network that is none must not leave a server behind.
  const allowed = allowNetworks(allow);
  const library = await share(options, (message) => node.emit('warning', message));
  const keys = keyring?.connections;
  const connections = new ConnectionPool({ connect, keys });
  const emit: InboxParts['emit'] = (event, ...told) => (node as EventEmitter).emit(event, ...told);
  const now = (): number => performance.now();
  const inbox =
    receive &&
    new Inbox(receive, { library, connections, connect, keys, allow: allowed, emit, now });
  const tcp = await bound(
    'TCP',
    tcpPort,
    host,
    // A name may have several addresses: the lookup of the UDP side makes both bind the same one.
    systemLookup(host).then((address) =>
      startFileServer({
        library,
        host: address,
        port: tcpPort,
        protocol,
        keys,
        limitUpload: options.limitUpload,
        offers: inbox?.offers,
        ...(catalog !== undefined && { catalog }),
      }),
    ),
  ).catch(async (error: unknown) => {
    await library.close();
    throw error;
  });
  const udp = await bound(
    'UDP',
    port,
    host,
    startUdpNode({
      host,
      port,
      members,
      tcpPort: tcp.address.port,
      hasFile: (filename) => offerOf(library, filename),
      hasFolder: async (name) => (await library.files.folders.find(name)) !== undefined,
      period,
      protocol,
      name,
      guest,
      outward,
      allow: allowed,
      seal: keyring && new SealedDatagrams(keyring),
      ...(discovery !== undefined && { discovery }),
      ...(transport && { transport }),
    }),
  ).catch(async (error: unknown) => {
    await tcp.close();
    await library.close();
    throw error;
  });
  const sends = new Outbox({
    ...{ library, connections, name, now, port: tcp.address.port },
    members: () => udp.members(),
    endpointOf: (member) => udp.endpointOf(member),
  });
  return { udp, tcp, library, connections, sends, inbox };
}

async function share(
  { folder, files = [], cacheFolder }: NodeOptions,
  warn: (message: string) => void,
): Promise<Library> {
  const warning = (error: Error): void => {
    warn(describe(error));
  };
  const options: LibraryOptions = { cacheFolder, on: { warning } };
  if (folder !== undefined) {
    const library = await openFolder(folder, options);
    await clearUnfinished(library.folder?.path ?? folder).catch(async (error: unknown) => {
      await library.close();
      throw error;
    });
    return library;
  }
  try {
    return await openLibrary(files, options);
  } catch (cause) {
    throw new NodeError('bad-file', `Cannot share: ${visibleText((cause as Error).message)}.`, {
      cause,
    });
  }
}

/** The size of a file for an offer, and its root where that is known; `false` if there is no file. */
async function offerOf(
  { files, manifests }: Library,
  filename: string,
): Promise<false | { readonly size: number; readonly root?: string }> {
  // One that grows is offered: version 1 sends it as long as it is now, version 2 says that it changes.
  const file = await files.openFile(filename, { growing: true });
  if (!file) return false;
  try {
    const root = (await manifests.recall(file))?.root;
    return { size: file.size, ...(root !== undefined && { root }) };
  } finally {
    await file.handle.close();
  }
}

async function openFolder(path: string, options: LibraryOptions): Promise<Library> {
  try {
    return await openLibrary(path, options);
  } catch (cause) {
    throw new NodeError('bad-folder', `Cannot share "${visibleText(path)}": ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

async function bound<T>(
  kind: 'UDP' | 'TCP',
  port: number,
  host: string,
  starting: Promise<T>,
): Promise<T> {
  try {
    return await starting;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    const address = `${visibleText(host)}:${port}`;
    throw new NodeError('bind', `Cannot bind ${kind} ${address}: ${reasonOf(cause)}.`, { cause });
  }
}
