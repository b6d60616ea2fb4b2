import { EventEmitter } from 'node:events';
import { baseName, checkFileName, visibleText, type PeerAddress } from '@peerlane/protocol';
import {
  clearUnfinished,
  DigestCache,
  Manifests,
  PieceHasher,
  SharedFolder,
  startFileServer,
  type Download,
  type DownloadOptions,
  type FileServer,
} from '@peerlane/tcp-transfer';
import { allowNetworks, startUdpNode, type UdpNode } from '@peerlane/udp-node';
import { describe, reasonOf } from './error-text.ts';
import { getFile } from './get-file.ts';
import { NodeError } from './node-error.ts';
import type { NodeEvents, NodeOptions } from './node-options.ts';

interface Running {
  readonly udp: UdpNode;
  readonly tcp: FileServer;
  readonly folder: SharedFolder;
  readonly hasher: PieceHasher;
  readonly digests: DigestCache;
}

/** Makes a node; `start` brings it up. */
export function createNode(options: NodeOptions): PeerlaneNode {
  return new PeerlaneNode(options);
}

/** A node: a UDP server, a TCP server, and the cluster that they serve. */
export class PeerlaneNode extends EventEmitter<NodeEvents> {
  readonly #options: NodeOptions;
  #running: Running | undefined;

  /** Use {@link createNode}. */
  constructor(options: NodeOptions) {
    super();
    this.#options = options;
  }

  /**
   * Shares the folder, binds both ports, and tells the cluster.
   *
   * @throws NodeError `bad-folder`, `bind`; ProtocolError `bad-address` for a member that is none
   */
  async start(): Promise<void> {
    const {
      host = '127.0.0.1',
      port = 1378,
      tcpPort = 0,
      period = 20,
      cluster = [],
      discovery,
      catalog = true,
      protocol = 2,
      allow = [],
      transport,
    } = this.#options;
    const folder = await openFolder(this.#options.folder, (message) =>
      this.emit('warning', message),
    );
    await clearUnfinished(folder.path);
    const hasher = new PieceHasher();
    const digests = new DigestCache(folder.path);
    const manifests = new Manifests({ cache: digests, hasher });
    const tcp = await bound(
      'TCP',
      tcpPort,
      host,
      startFileServer({
        ...{ folder, host, port: tcpPort, catalog: catalog && protocol === 2 },
        ...(protocol === 2 && { manifests }),
      }),
    ).catch(async (error: unknown) => {
      await folder.close();
      throw error;
    });
    const udp = await bound(
      'UDP',
      port,
      host,
      startUdpNode({
        host,
        port,
        members: cluster,
        tcpPort: tcp.address.port,
        hasFile: (filename) => offerOf(folder, manifests, filename),
        period: period * 1000,
        protocol,
        allow: allowNetworks(allow),
        ...(discovery !== undefined && { discovery }),
        ...(transport && { transport }),
      }),
    ).catch(async (error: unknown) => {
      await Promise.all([tcp.close(), folder.close(), hasher.close()]);
      throw error;
    });
    this.#running = { udp, tcp, folder, hasher, digests };
    this.#forward(udp, tcp);
  }

  /** The UDP address at which the node is bound. */
  get address(): PeerAddress {
    return this.#started().udp.address;
  }

  /** The TCP address at which the node serves its files. */
  get tcpAddress(): PeerAddress {
    return this.#started().tcp.address;
  }

  /** The members of the cluster, as `host:port`, without this node. */
  members(): string[] {
    return this.#started()
      .udp.members()
      .map(({ address }) => address);
  }

  /**
   * Downloads a file from whoever has it into the node's folder. Offers are tried in the order of
   * their arrival. Of the name only its base name counts.
   *
   * @throws NodeError `not-found`; TransferError `disk`; ProtocolError `bad-file-name` or
   * `not-encodable`; the reason of an aborted `signal`
   */
  async get(
    filename: string,
    options: Pick<DownloadOptions, 'signal' | 'onProgress'> = {},
  ): Promise<Download> {
    const { udp, folder, hasher } = this.#started();
    const name = checkFileName(baseName(filename));
    const { waiting = 100, connect } = this.#options;
    let failure: string | undefined;
    const start = performance.now();
    const { signal } = options;
    const offers = udp.find(name, { signal, timeout: waiting * 1000 });
    try {
      const download = await getFile(offers, {
        ...options,
        filename: name,
        into: folder.path,
        hasher,
        ...(connect && { connect }),
        onFailure: ({ peer }, error) => {
          failure = `${peer}: ${error.message}`;
          this.emit('warning', `"${visibleText(name)}" from ${failure}`);
        },
      });
      if (download) return download;
    } finally {
      await offers.return?.();
    }
    if (failure === undefined && performance.now() - start < waiting * 1000 - timerSlack) {
      throw new NodeError('not-found', `Nobody has "${visibleText(name)}".`);
    }
    const reason = failure === undefined ? '' : ` (last tried: ${failure})`;
    throw new NodeError(
      'not-found',
      `Nobody delivered "${visibleText(name)}" within ${waiting} s${reason}.`,
    );
  }

  /** Stops the node. A second call does nothing more. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await Promise.all([running?.udp.close(), running?.tcp.close(), running?.folder.close()]);
    await Promise.all([running?.hasher.close(), running?.digests.written()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #started(): Running {
    if (!this.#running) throw new Error('the node is not running: call start() first');
    return this.#running;
  }

  #forward(udp: UdpNode, tcp: FileServer): void {
    udp.on('peer', (address) => this.emit('peer', address));
    udp.on('request', (request) => this.emit('request', request));
    udp.on('offer', (offer) => this.emit('offer', offer));
    tcp.on('connection', (client) => this.emit('connection', client));
    tcp.on('sending', (upload) => this.emit('sending', upload));
    tcp.on('sent', (upload) => this.emit('sent', upload));
    tcp.on('asked', (request) => this.emit('asked', request));
    tcp.on('tooLarge', (upload) => this.emit('tooLarge', upload));
    tcp.on('crowdedOut', (client) => this.emit('crowdedOut', client));
    udp.on('gone', (address) => this.emit('gone', address));
    udp.on('wire', (event) => this.emit('wire', event));
    tcp.on('wire', (event) => this.emit('transferWire', event));
    udp.on('warning', ({ message }) => this.emit('warning', message));
    tcp.on('warning', (error) => this.emit('warning', describe(error)));
  }
}

/** What an offer of a file says of it; `false` where there is no such file. */
async function offerOf(
  folder: SharedFolder,
  manifests: Manifests,
  filename: string,
): Promise<false | { readonly size: number; readonly root?: string }> {
  const file = await folder.openFile(filename);
  if (!file) return false;
  try {
    const root = manifests.known(file)?.root;
    return { size: file.size, ...(root !== undefined && { root }) };
  } finally {
    await file.handle.close();
  }
}

/** By how much a search may end before its time is up, in milliseconds. */
const timerSlack = 5;

async function openFolder(path: string, warn: (message: string) => void): Promise<SharedFolder> {
  try {
    return await SharedFolder.open(path, {
      on: {
        clash: ({ name, served, hidden }) => {
          const others = hidden.length === 1 ? '1 other file' : `${hidden.length} other files`;
          warn(visibleText(`"${name}" is the name of "${served}" and of ${others}, not shared`));
        },
        warning: (error) => {
          warn(describe(error));
        },
      },
    });
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
    const flag = kind === 'UDP' ? '--port' : '--tcp-port';
    const advice =
      port === 0 ? 'Choose another host with --host.' : `Choose another with ${flag} or --host.`;
    throw new NodeError('bind', `Cannot bind ${kind} ${address}: ${reasonOf(cause)}. ${advice}`, {
      cause,
    });
  }
}
