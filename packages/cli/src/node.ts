import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { baseName, visibleText, type PeerAddress } from '@peerlane/protocol';
import {
  checkTargetName,
  type Download,
  type Existing,
  type FileServer,
} from '@peerlane/tcp-transfer';
import type { Member, Offer, UdpNode } from '@peerlane/udp-node';
import { describe } from './error-text.ts';
import { getFile, type GetFileOptions } from './get-file.ts';
import { drained } from './drained.ts';
import { keptFile } from './kept-file.ts';
import { NodeError } from './node-error.ts';
import type { NodeEvents, NodeOptions } from './node-options.ts';
import { searchFiles, type FoundName } from './search-files.ts';
import { sizesOf, type SharedTotals } from './shared-totals.ts';
import { startParts, type Running } from './start-node.ts';

/** A file that was downloaded. */
export interface NodeDownload extends Download {
  /** Which content it is, where it was verified: 64 hexadecimal digits. */
  readonly root?: string;
}

/** How a file is downloaded. */
export interface NodeGetOptions extends Pick<
  GetFileOptions,
  'signal' | 'onProgress' | 'limitRate' | 'root' | 'saveAs'
> {
  /**
   * What is done where the folder has a file of that name: another name is found, it goes, the
   * download fails, or nothing is downloaded.
   * @default 'rename'
   */
  readonly existing?: Existing | 'skip';
  /**
   * The folder to download into.
   * @default the node's folder, or the working folder where it has none
   */
  readonly into?: string;
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
   * Shares what it is to share, binds both ports, and tells the cluster.
   *
   * @throws NodeError `bad-folder`, `bad-file`, `bind`; ProtocolError `bad-address` for a member that is none
   */
  async start(): Promise<void> {
    const running = await startParts(this.#options, (message) => this.emit('warning', message));
    this.#running = running;
    this.#forward(running.udp, running.tcp);
  }

  /** The UDP address at which the node is bound. */
  get address(): PeerAddress {
    return this.#started().udp.address;
  }

  /** The TCP address at which the node serves its files. */
  get tcpAddress(): PeerAddress {
    return this.#started().tcp.address;
  }

  /** How many files the node shares now, and how large they are together. */
  shared(): Promise<SharedTotals> {
    return sizesOf(this.#started().served);
  }

  /** The members of the cluster, without this node. Their times are those of `performance.now()`. */
  members(): Member[] {
    return this.#started().udp.members();
  }

  /**
   * Makes the acquaintance of a node that became known in some other way, as `host:port`.
   *
   * @throws ProtocolError `bad-address`
   */
  join(address: string): void {
    this.#started().udp.join(address);
  }

  /**
   * Asks the cluster who has a file. The offers come in the order of their arrival, until `waiting`
   * is over, or as soon as every member has said no.
   *
   * @throws ProtocolError `not-encodable`; while iterating, the reason of an aborted `signal`
   */
  find(
    filename: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<Offer, undefined> {
    const { waiting = 100 } = this.#options;
    return this.#started().udp.find(filename, { signal, timeout: waiting * 1000 });
  }

  /**
   * Lists the files that the members share, with `text` in their names. Members of version 1 cannot
   * be asked. Names are data from the network: not safe to print.
   *
   * @param options `patience`: how long members may take to answer, in milliseconds (3000 unless told)
   * @throws the reason of an aborted `signal`
   */
  search(
    text = '',
    options: { readonly signal?: AbortSignal; readonly patience?: number } = {},
  ): Promise<FoundName[]> {
    const { connect } = this.#options;
    return searchFiles(this.members(), text, { ...options, ...(connect && { connect }) });
  }

  /**
   * Downloads a file from whoever has it into the node's folder. Offers are tried in the order of
   * their arrival. Of the name only its base name counts.
   *
   * @throws NodeError `not-found`; TransferError `disk`, `no-space`, `exists`; ProtocolError
   * `bad-filename` or `not-encodable`; the reason of an aborted `signal`
   */
  async get(filename: string, options: NodeGetOptions = {}): Promise<NodeDownload> {
    const { udp, folder, hasher, manifests } = this.#started();
    const name = baseName(filename);
    checkTargetName({ ...options, filename: name });
    const { waiting = 100, connect } = this.#options;
    const { existing = 'rename', into = folder?.path ?? '.' } = options;
    if (existing === 'skip') {
      const path = join(into, options.saveAs ?? name);
      const size = await keptFile({ path, root: options.root, manifests, signal: options.signal });
      if (size !== undefined) return { path, size, created: false };
    }
    const otherwise = options.saveAs === undefined ? 'rename' : 'refuse';
    let failure: string | undefined;
    const start = performance.now();
    const { signal } = options;
    const search = (): AsyncIterator<Offer, undefined> =>
      udp.find(name, { signal, timeout: waiting * 1000 });
    const download = await getFile(search, {
      ...options,
      filename: name,
      into,
      existing: existing === 'skip' ? otherwise : existing,
      hasher,
      ...(connect && { connect }),
      onOther: ({ peer, root = '', size = 0 }) =>
        this.emit('otherContent', { filename: name, peer, root, size }),
      onFailure: ({ peer }, error) => {
        failure = `${peer}: ${error.message}`;
        this.emit('warning', `"${visibleText(name)}" from ${failure}`);
      },
    });
    if (download && 'root' in download) {
      const { path, size, created, root } = download;
      // Who asks for it next finds it hashed. It may have been taken away by now.
      await manifests.learn(download).catch(() => undefined);
      return { path, size, created, root };
    }
    if (download) return download;
    const what = `"${visibleText(name)}"${options.root === undefined ? '' : ' with that content'}`;
    const isEarly = performance.now() - start < waiting * 1000 - timerSlack;
    if (failure === undefined && isEarly) throw new NodeError('not-found', `Nobody has ${what}.`);
    const reason = failure === undefined ? '' : ` (last tried: ${failure})`;
    const within = isEarly ? '' : ` within ${waiting} s`;
    throw new NodeError('not-found', `Nobody delivered ${what}${within}${reason}.`);
  }

  /**
   * Stops the node. A second call does nothing more.
   *
   * @param options `drain`: how long files that are being sent may go on, in milliseconds
   */
  async close({ drain = 0 }: { readonly drain?: number } = {}): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    // Nobody is to come any more while those who are there get what they came for.
    await running.udp.close();
    await drained(running.tcp, drain);
    await Promise.all([running.tcp.close(), running.folder?.close()]);
    await Promise.all([running.hasher.close(), running.digests.written()]);
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

/** By how much a search may end before its time is up, in milliseconds. */
const timerSlack = 5;
