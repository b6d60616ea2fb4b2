// The node: the UDP side, the file server and the downloads behind one API.
import type { Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';
import type { CloseOptions, NameClash } from '@peerlane/tcp-transfer';
import type { Member, Offer } from '@peerlane/udp-node';
import { forwardEvents } from './forward-events.ts';
import { getFolder, type NodeFolderDownload, type NodeGetFolderOptions } from './get-folder.ts';
import {
  getIntoFolder,
  type GetContext,
  type NodeDownload,
  type NodeGetOptions,
} from './get-into-folder.ts';
import { closedError, notStartedError } from './node-error.ts';
import { NodeView } from './node-view.ts';
import type { NodeOptions } from './node-options.ts';
import { checkingEach, OpenCalls } from './open-calls.ts';
import type { SearchFilesOptions, SearchParts } from '../search/list-members.ts';
import { searchFiles, type FoundFile } from '../search/search-files.ts';
import { searchFolders, type FoundFolder } from '../search/search-folders.ts';
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
export class PeerlaneNode extends NodeView {
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

  /** The id of the key that seals this node; `undefined` in an open cluster. */
  get sealedBy(): string | undefined {
    return this.#options.keyring?.first.id;
  }

  /** The names that several files of the folder have now, with the files that are not shared for that. */
  clashes(): NameClash[] {
    return this.#running?.library.folder?.clashes() ?? [];
  }

  /**
   * The names of the nodes that were heard from an IP address, those of guests among them, each name once,
   * also while the node is closing. They are data from the network: not safe to print.
   */
  namesAt(host: string): string[] {
    return this.#running?.udp.namesAt(host) ?? [];
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
    else this.started().tcp.accept(stream, from);
  }

  /**
   * Asks the cluster for a file, or for a folder. Iterates the offers in the order of their arrival, until the node's
   * `timeout` is over or all members have answered that they do not have it.
   *
   * @throws ProtocolError `not-encodable`; while iterating, the reason of an aborted `signal`, and
   * NodeError `closed`
   */
  find(
    filename: string,
    {
      signal,
      kind = 'file',
    }: { readonly signal?: AbortSignal; readonly kind?: 'file' | 'folder' } = {},
  ): AsyncIterableIterator<Offer, undefined> {
    const offers = this.started().udp.find(filename, {
      ...{ signal, kind, timeout: this.#timeout },
    });
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
    return this.#search(searchFiles, text, options);
  }

  /**
   * Lists the folders that the members share, with `text` in the last part of their paths, as `search` does
   * files. `get` takes a path or, where one folder alone has it, its last part.
   *
   * @throws the reason of an aborted `signal`; NodeError `closed`
   */
  async searchFolders(text = '', options: SearchFilesOptions = {}): Promise<FoundFolder[]> {
    return this.#search(searchFolders, text, options);
  }

  /**
   * Downloads a file into the node's folder, from all peers of version 2 that offer it at once, or from
   * one peer of version 1 after the other. Only the base name of `filename` is used.
   *
   * @throws NodeError `not-found`, `no-answer`, `closed`; TransferError `disk`, `no-space`, `exists`;
   * ProtocolError `bad-filename` or `not-encodable`; the reason of an aborted `signal`
   */
  async get(filename: string, options: NodeGetOptions = {}): Promise<NodeDownload> {
    const context = this.#getContext();
    return this.#calls.run(options.signal, (signal) =>
      getIntoFolder(filename, { ...options, signal }, context),
    );
  }

  /**
   * Downloads a folder as a whole, with all that is below it, into the node's folder: from all peers that
   * offer it and have the same files in it. What is there already is compared, and only the rest is fetched.
   * What cannot be had is told by `onProblem`, and left out.
   *
   * @param name the path of the folder below what a peer shares, or the last part of it
   * @throws NodeError `not-found`, `no-answer`, `closed`; TransferError `disk`, `no-space`; ProtocolError
   * `bad-filename`, and `not-encodable` in version 1; the reason of an aborted `signal`
   */
  async getFolder(name: string, options: NodeGetFolderOptions = {}): Promise<NodeFolderDownload> {
    const context = this.#getContext();
    return this.#calls.run(options.signal, (signal) =>
      getFolder(name, { ...options, signal }, context),
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

  #getContext(): GetContext {
    const running = this.started();
    const { connect, keyring, protocol = 2 } = this.#options;
    return {
      ...{ running, connect, keys: keyring?.connections, protocol },
      ...{ timeout: this.#timeout, now: () => performance.now() },
      onOther: (other) => this.emit('otherContent', other),
      onFailure: (message) => this.emit('warning', message),
    };
  }

  async #search<Found>(
    search: (
      members: Member[],
      text: string,
      options: SearchFilesOptions & SearchParts,
    ) => Promise<Found[]>,
    text: string,
    options: SearchFilesOptions,
  ): Promise<Found[]> {
    const { connect, keyring } = this.#options;
    const { udp } = this.started();
    return this.#calls.run(options.signal, (signal) =>
      search(udp.members(), text, {
        ...options,
        ...{ signal, connect, keys: keyring?.connections },
        endpointOf: (member) => udp.endpointOf(member),
      }),
    );
  }

  async #start(): Promise<void> {
    const running = await startParts(this.#options, this);
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
    const received = running.inbox?.close();
    running.sends.close(closedError());
    running.connections.close(closedError());
    await Promise.all([ended, received, running.udp.close()]);
    await running.tcp.close({ drain });
    await running.library.close();
  }

  protected override started(): Running {
    if (this.#closing) throw closedError();
    if (!this.#running) throw notStartedError();
    return this.#running;
  }
}
