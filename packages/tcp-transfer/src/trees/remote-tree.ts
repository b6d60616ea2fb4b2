// The tree of a folder, as a peer lists it: read page by page, and checked.
import { maxTreePageBytes, TreeDecoder, type TreeEntry } from '@peerlane/protocol';
import { pause } from '../async.ts';
import type { Clock } from '../clock.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { listPages, type ListPage } from '../lists/list-pages.ts';
import { TransferError } from '../transfer-error.ts';
import { TreeCheck, type CheckedEntry } from './tree-check.ts';
import { TreeHash } from './tree-hash.ts';
import { TreeOrder } from './tree-order.ts';
import { Checkpoints, otherTree } from './checkpoints.ts';

/** How long a peer that hashes its files is left alone, in milliseconds. */
const busyDelay = 1000;

/** How often in a row a peer may be busy hashing. Each answer takes it some seconds. */
const maxBusyAnswers = 600;

/** Which tree is asked for, and how. */
export interface RemoteTreeOptions {
  /** The name of the folder. */
  readonly folder: string;
  readonly clock: Clock;
  /** Ends waits. */
  readonly signal: AbortSignal;
}

/** What is known of a wanted tree beforehand, apart from its root. */
export interface ExpectedTree {
  /** Of all files together, in bytes. */
  readonly size?: number | undefined;
  /** How many files it has. */
  readonly files?: number | undefined;
}

/** What a whole tree is, without its entries. */
export interface TreeSummary {
  readonly root: string;
  /** Of all files together, in bytes. */
  readonly size: number;
}

/** A tree whose first page has come. */
export class RemoteTree {
  readonly #connection: PeerConnection;
  readonly #options: RemoteTreeOptions;
  readonly #rest: AsyncGenerator<ListPage<TreeEntry>, void>;
  readonly #first: ListPage<TreeEntry>;
  #root: string | undefined;

  private constructor(
    connection: PeerConnection,
    options: RemoteTreeOptions,
    rest: AsyncGenerator<ListPage<TreeEntry>, void>,
    first: ListPage<TreeEntry>,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#rest = rest;
    this.#first = first;
  }

  /**
   * Asks a peer for a tree. Resolves when its first page has come.
   *
   * @throws what a request can fail with; TransferError `bad-answer`
   */
  static async begin(connection: PeerConnection, options: RemoteTreeOptions): Promise<RemoteTree> {
    const pages = pagesOf(connection, options);
    const { value: first } = await pages.next();
    return new RemoteTree(connection, options, pages, first!);
  }

  /** Its root, once all of it was read. */
  get root(): string | undefined {
    return this.#root;
  }

  /**
   * All entries in order, in lists of any length, except for those in a folder that is refused. Without a
   * wanted root they come as the peer lists them. With one, nothing comes before the whole tree was read
   * and has this root; then it is read again, and each list is compared with the first time.
   *
   * @param expected how many bytes and files a wanted tree must have
   * @throws TransferError `bad-answer` if it is no tree, `changed` if it is another one; what a request
   * can fail with
   */
  async *entries(
    wanted?: string,
    expected: ExpectedTree = {},
  ): AsyncGenerator<readonly CheckedEntry[], void> {
    if (wanted === undefined) {
      yield* this.#checked(this.#pages());
      return;
    }
    const checkpoints = new Checkpoints();
    let [bytes, count] = [0, 0];
    const { size = Infinity, files = Infinity } = expected;
    for await (const entries of this.#inOrder()) {
      for (const entry of entries) {
        checkpoints.add(entry);
        if (entry.kind !== 'file') continue;
        bytes += entry.size;
        count += 1;
      }
      // A list without end would be read for ever.
      if (bytes > size || count > files) throw otherTree();
    }
    const isAsExpected = bytes === (expected.size ?? bytes) && count === (expected.files ?? count);
    if (checkpoints.root !== wanted || !isAsExpected) throw otherTree();
    yield* this.#checked(checkpoints.verified(pagesOf(this.#connection, this.#options)));
  }

  /**
   * Reads the whole tree, and keeps none of it.
   *
   * @throws TransferError `bad-answer` if it is no tree; what a request can fail with
   */
  async summary(): Promise<TreeSummary> {
    const hash = new TreeHash();
    let size = 0;
    for await (const entries of this.#inOrder()) {
      for (const entry of entries) {
        hash.add(entry);
        if (entry.kind === 'file') size += entry.size;
      }
    }
    return { root: hash.root, size };
  }

  async *#inOrder(): AsyncGenerator<readonly TreeEntry[], void> {
    const order = new TreeOrder();
    for await (const { entries } of this.#pages()) {
      for (const entry of entries) {
        order.follow(entry);
        if (entry.kind === 'folder') order.enter(true);
      }
      yield entries;
    }
  }

  async *#pages(): AsyncGenerator<Pick<ListPage<TreeEntry>, 'entries'>, void> {
    yield this.#first;
    yield* this.#rest;
  }

  async *#checked(
    pages: AsyncIterable<Pick<ListPage<TreeEntry>, 'entries'>>,
  ): AsyncGenerator<readonly CheckedEntry[], void> {
    const check = new TreeCheck();
    const hash = new TreeHash();
    for await (const { entries } of pages) {
      const checked: CheckedEntry[] = [];
      for (const entry of entries) {
        const usable = check.check(entry);
        hash.add(entry);
        if (usable) checked.push(usable);
      }
      yield checked;
    }
    this.#root = hash.root;
  }
}

function pagesOf(
  connection: PeerConnection,
  { folder, clock, signal }: RemoteTreeOptions,
): AsyncGenerator<ListPage<TreeEntry>, void> {
  let busy = 0;
  return listPages(connection, {
    request: { want: 'tree', filename: folder },
    name: 'tree',
    maxPageBytes: maxTreePageBytes,
    decoder: () => {
      busy = 0;
      return new TreeDecoder();
    },
    onRefused: async (error) => {
      busy += 1;
      if (!TransferError.is(error) || error.code !== 'busy' || busy > maxBusyAnswers) throw error;
      await pause(clock, busyDelay, signal);
      signal.throwIfAborted();
    },
  });
}
