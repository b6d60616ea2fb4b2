// The node: the UDP side, the file server and the downloads behind one API.
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';
import type { CloseOptions, NameClash } from '@peerlane/tcp-transfer';
import type { Member, Offer } from '@peerlane/udp-node';
import { forwardEvents } from './forward-events.ts';
import {
  getIntoFolder,
  type GetContext,
  type NodeDownload,
  type NodeGetOptions,
} from './get-into-folder.ts';
import { closedError, notStartedError } from './node-error.ts';
import type { NodeEvents, NodeOptions } from './node-options.ts';
import { checkingEach, OpenCalls } from './open-calls.ts';
import { searchFiles, type FoundFile, type SearchFilesOptions } from '../search/search-files.ts';
import { sizesOf, type SharedTotals } from './shared-totals.ts';
import { startParts, type Running } from './start-parts.ts';

/**
 * Makes a node, which `start` starts.
 *
 * @throws TypeError if the options have both `folder` and `files`, or a `keyring` and `protocol` 1
 */
export function createNode(options: NodeOptions): PeerlaneNode {
  return new PeerlaneNode(options);
}

/** A node: a UDP server, a TCP server, and the cluster that they serve. */
export class PeerlaneNode extends EventEmitter<NodeEvents> {
  readonly #options: NodeOptions;
  /** How long a request waits for offers, in milliseconds. */
  readonly #timeout: number;
  readonly #calls = new OpenCalls();
  #starting: Promise<void> | undefined;
  #running: Running | undefined;
  #closing: Promise<void> | undefined;

  /** Use {@link createNode}. */
  constructor(options: NodeOptions) {
    super();
    if (options.folder !== undefined && options.files !== undefined)
      throw new TypeError('expected "folder" or "files", got both');
    if (options.keyring && options.protocol === 1)
      throw new TypeError('expected protocol 2 with a keyring, got 1: version 1 cannot be sealed');
    this.#options = options;
    this.#timeout = options.timeout ?? 100_000;
  }

  /**
   * Shares what is to be shared, binds both ports, and announces the node to the cluster. A second
   * call waits for the first, and does nothing more unless that has failed.
   *
   * @throws NodeError `bad-folder`, `bad-file`, `bind`, `closed`; ProtocolError `bad-address` for a
   * member that is none, and `not-encodable` for a name that no DISCOVER may carry; TypeError or
   * RangeError for another bad option
   */
  start(): Promise<void> {
    if (this.#closing) return Promise.reject(closedError());
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /**
   * The UDP address at which the node is bound.
   *
   * @throws NodeError `not-started`, `closed`, as does everything that needs a running node
   */
  get address(): PeerAddress {
    return this.#started().udp.address;
  }

  /** The TCP address at which the node serves its files. */
  get tcpAddress(): PeerAddress {
    return this.#started().tcp.address;
  }

  /** The id of the key that seals this node; `undefined` in an open cluster. */
  get sealedBy(): string | undefined {
    return this.#options.keyring?.first.id;
  }

  /** The number of files that the node shares now, and the sum of their sizes. */
  async shared(): Promise<SharedTotals> {
    return await sizesOf(this.#started().library.files);
  }

  /** The names that several files of the folder have now, with the files that are not shared for that. */
  clashes(): NameClash[] {
    return this.#running?.library.folder?.clashes() ?? [];
  }

  /** The members of the cluster, without this node. Their times are those of `performance.now()`. */
  members(): Member[] {
    return this.#started().udp.members();
  }

  /**
   * The names of the nodes that were heard from an IP address, those of guests among them, each name once,
   * also while the node is closing. They are data from the network: not safe to print.
   */
  namesAt(host: string): string[] {
    return this.#running?.udp.namesAt(host) ?? [];
  }

  /** Pings every member: one that is not there has `owesSince` from then on. */
  pingMembers(): void {
    this.#started().udp.pingMembers();
  }

  /** Whether the node has been told of the members that others know, so that its list is complete for now. */
  get hasConverged(): boolean {
    return this.#started().udp.hasConverged;
  }

  /**
   * Adds a node to the cluster that was found in some other way, as `host:port`.
   *
   * @throws ProtocolError `bad-address`
   */
  join(address: string): void {
    this.#started().udp.join(address);
  }

  /**
   * Whether a peer, by its name or any of its addresses, is there: it has spoken and is not silent.
   *
   * @throws ProtocolError `bad-address`
   */
  isHeard(peer: string): boolean {
    return this.#started().udp.isHeard(peer);
  }

  /**
   * Serves a connection that another transport has accepted, as a TCP connection is served. The node on
   * the other side opens it by its option `connect`. A node that was closed destroys the stream.
   *
   * @param stream from which nothing was read yet
   * @param from the client's address: the number of connections from one address is limited
   * @throws NodeError `not-started`
   */
  accept(stream: Duplex, from: PeerAddress): void {
    if (this.#closing) stream.destroy();
    else this.#started().tcp.accept(stream, from);
  }

  /**
   * Asks the cluster for a file. Iterates the offers in the order of their arrival, until the node's
   * `timeout` is over or all members have answered that they do not have it.
   *
   * @throws ProtocolError `not-encodable`; while iterating, the reason of an aborted `signal`, and
   * NodeError `closed`
   */
  find(
    filename: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<Offer, undefined> {
    const offers = this.#started().udp.find(filename, { signal, timeout: this.#timeout });
    return checkingEach(offers, () => {
      if (this.#closing) throw closedError();
    });
  }

  /**
   * Lists the files that the members share, with `text` in their names. Members of version 1 cannot
   * be asked. Names are data from the network: not safe to print.
   *
   * @param options `timeout`: how long the search may last, in milliseconds (60,000 by default);
   * `onIncomplete`: called for each member that did not list all of its files
   * @throws the reason of an aborted `signal`; NodeError `closed`
   */
  async search(text = '', options: SearchFilesOptions = {}): Promise<FoundFile[]> {
    const { connect, keyring } = this.#options;
    const { udp } = this.#started();
    return this.#calls.run(options.signal, (signal) =>
      searchFiles(udp.members(), text, {
        ...options,
        ...{ signal, connect, keys: keyring?.connections },
        endpointOf: (member) => udp.endpointOf(member),
      }),
    );
  }

  /**
   * Downloads a file into the node's folder, from all peers of version 2 that offer it at once, or from
   * one peer of version 1 after the other. Only the base name of `filename` is used.
   *
   * @throws NodeError `not-found`, `no-answer`, `closed`; TransferError `disk`, `no-space`, `exists`;
   * ProtocolError `bad-filename` or `not-encodable`; the reason of an aborted `signal`
   */
  async get(filename: string, options: NodeGetOptions = {}): Promise<NodeDownload> {
    const running = this.#started();
    const { connect, keyring, protocol = 2 } = this.#options;
    const context: GetContext = {
      ...{ running, connect, keys: keyring?.connections, protocol },
      ...{ timeout: this.#timeout, now: () => performance.now() },
      onOther: (other) => this.emit('otherContent', other),
      onFailure: (message) => this.emit('warning', message),
    };
    return this.#calls.run(options.signal, (signal) =>
      getIntoFolder(filename, { ...options, signal }, context),
    );
  }

  /**
   * Stops the node: downloads and searches end with the error `closed`. A second call waits for the
   * first, and does nothing more.
   *
   * @param options `drain`: how long running transfers may go on, in milliseconds or until a signal
   * is aborted; without it they are cut off
   */
  close({ drain = 0 }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(drain);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(): Promise<void> {
    const running = await startParts(this.#options, (message) => this.emit('warning', message));
    this.#running = running;
    if (this.#closing) throw closedError();
    forwardEvents(running, this);
  }

  async #close(drain: NonNullable<CloseOptions['drain']>): Promise<void> {
    const ended = this.#calls.end(closedError());
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    if (!running) return;
    // The node leaves the cluster first: nobody is sent to a server that is about to stop.
    running.connections.close(closedError());
    await Promise.all([ended, running.udp.close()]);
    await running.tcp.close({ drain });
    await running.library.close();
  }

  #started(): Running {
    if (this.#closing) throw closedError();
    if (!this.#running) throw notStartedError();
    return this.#running;
  }
}
