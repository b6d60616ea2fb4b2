// One source of small files: asked for one pack after the other, on connections of its own.
import type { TreeFile } from '@peerlane/protocol';
import { pause } from '../async.ts';
import type { Clock } from '../clock.ts';
import { turnTime } from '../sources/source-places.ts';
import { packConnections, PackSize } from '../swarm/request-size.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { TransferError } from '../transfer-error.ts';
import type { TreeTarget } from '../tree-target/tree-target.ts';
import type { Placement } from '../tree-target/give-tree-name.ts';
import type { ReceivedFile } from '../tree-target/write-files.ts';
import { saysChanged } from './honest-change.ts';
import type { PackBuffers } from './pack-buffers.ts';
import type { PackQueue, WantedFile } from './pack-queue.ts';
import { pathBytesFor, receivePack, type ReceivedPack } from './receive-pack.ts';

/** How many files of a source may turn out to have changed since they were listed. */
const maxChanges = 64;

/** How often a busy source is asked again, and after how many milliseconds. */
const busy: { readonly times: number; readonly delay: number } = { times: 60, delay: 1000 };

/** What the sources of a folder share. */
export interface PackContext {
  /** The name of the folder. */
  readonly folder: string;
  readonly queue: PackQueue;
  readonly target: Pick<TreeTarget, 'place'>;
  readonly buffers: PackBuffers;
  readonly clock: Clock;
  /** Whether large files wait to be asked for. */
  readonly isLargeWaiting: () => boolean;
  /** Called when a file was fetched and is dealt with, however. */
  readonly onPlaced: (file: WantedFile, placement: Exclude<Placement, { state: 'wrong' }>) => void;
}

/** Connects to a source until a signal is aborted. */
export type ConnectTo = (signal: AbortSignal) => Promise<PeerConnection>;

/** A source that packs are fetched from. */
export class PackSource {
  /** How much it has sent, in bytes. */
  arrived = 0;
  /** When it joined, in milliseconds. */
  readonly since: number;
  readonly #connect: ConnectTo;
  readonly #context: PackContext;
  readonly #size = new PackSize();
  readonly #over = new AbortController();
  /** What is being written, or asked about. */
  readonly #pending = new Set<Promise<void>>();
  #changes = 0;
  /** How many packs it is being asked for. */
  #asked = 0;
  /** How many files it is being asked about. */
  #doubts = 0;
  #fault: Error | undefined;

  constructor(connect: ConnectTo, context: PackContext) {
    this.#connect = connect;
    this.#context = context;
    this.since = context.clock.now();
  }

  /**
   * Fetches until there is nothing more to fetch.
   *
   * @throws why the source is of no more use; what writing to the disk fails with
   */
  async run(): Promise<void> {
    const lanes = Array.from({ length: packConnections }, async (_, index) => {
      await this.#runLane(index === 0).catch((error: unknown) => {
        this.stop(error as Error);
      });
    });
    await Promise.all(lanes);
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    if (this.#fault) throw this.#fault;
  }

  /** Nothing more is accepted from it. The first reason counts. */
  stop(reason: Error): void {
    this.#fault ??= reason;
    this.#over.abort(reason);
    this.#context.queue.wake();
  }

  async #runLane(isFirst: boolean): Promise<void> {
    const { queue, folder, isLargeWaiting } = this.#context;
    const pathBytes = pathBytesFor(folder);
    let connection: PeerConnection | undefined;
    try {
      // The other connections are made when there is something for them.
      if (isFirst) connection = await this.#connect(this.#over.signal);
      let quietTurns = 0;
      while (!queue.isFinished && !this.#fault) {
        const { changed } = queue;
        const isTrusted = this.#doubts === 0;
        // What only this one sends comes sooner if it does not send what others do. Two that send next to
        // nothing must not keep the last files from all others.
        const isBusy = this.#asked > 0 || isLargeWaiting();
        const askers = (isBusy ? 1 : 2) + quietTurns;
        const limits = { bytes: this.#size.bytes, pathBytes, askers };
        const files = isTrusted ? queue.take(this, limits) : [];
        if (files.length > 0) connection = await this.#fetch(connection, files);
        const isQuiet = files.length === 0 && (await this.#isQuiet(changed));
        quietTurns = isQuiet ? quietTurns + 1 : 0;
      }
    } finally {
      connection?.close();
    }
  }

  /** Waits for a change, but not for long. Returns whether there was none. */
  async #isQuiet(changed: Promise<unknown>): Promise<boolean> {
    const over = new AbortController();
    const quiet = pause(this.#context.clock, turnTime, over.signal).then(() => true);
    const isQuiet = await Promise.race([changed.then(() => false), quiet]);
    over.abort();
    return isQuiet;
  }

  async #fetch(
    open: PeerConnection | undefined,
    files: readonly WantedFile[],
  ): Promise<PeerConnection> {
    const { queue, clock } = this.#context;
    let pack: ReceivedPack;
    let connection = open;
    this.#asked += 1;
    try {
      connection ??= await this.#connect(this.#over.signal);
      const start = clock.now();
      pack = await this.#receive(connection, files);
      this.#over.signal.throwIfAborted();
      const bytes = sizeOf(files);
      this.arrived += bytes;
      this.#size.record(bytes, clock.now() - start);
    } catch (error) {
      for (const file of files) queue.giveBack(file, this);
      connection?.close();
      throw error;
    } finally {
      this.#asked -= 1;
    }
    this.#place(files, pack);
    return connection;
  }

  async #receive(connection: PeerConnection, files: readonly WantedFile[]): Promise<ReceivedPack> {
    const { folder, buffers, clock } = this.#context;
    const stop = (): void => {
      this.stop(new TransferError('too-slow', 'other sources wait for its memory'));
    };
    for (let answers = 1; ; answers += 1) {
      try {
        return await receivePack(connection, folder, files, buffers, stop);
      } catch (error) {
        if (!TransferError.is(error) || error.code !== 'busy' || answers >= busy.times) throw error;
        await pause(clock, busy.delay, this.#over.signal);
        this.#over.signal.throwIfAborted();
      }
    }
  }

  /** Writes what has come, while more is received. */
  #place(files: readonly WantedFile[], pack: ReceivedPack): void {
    const { queue, target } = this.#context;
    const accepted: WantedFile[] = [];
    const received: ReceivedFile[] = [];
    for (const [index, part] of pack.parts.entries()) {
      const file = files[index]!;
      if ('error' in part) {
        // The first file of a pack is sent in any case, or is too large by now.
        const isLater = part.error === 'later' && index > 0;
        const absence = part.error === 'not-found' ? 'gone' : 'changed';
        queue.giveBack(file, this, isLater ? undefined : absence);
      } else if (queue.accept(file)) {
        accepted.push(file);
        received.push({ entry: file.entry, content: part.content });
      }
    }
    const write = async (): Promise<void> => {
      const placements = await target.place(received).finally(() => {
        pack.release();
      });
      this.#settle(accepted, placements);
    };
    this.#track(write());
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.stop(error as Error);
      })
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  #settle(files: readonly WantedFile[], placements: readonly Placement[]): void {
    const { queue, onPlaced } = this.#context;
    for (const [index, placement] of placements.entries()) {
      const file = files[index]!;
      if (placement.state === 'wrong') {
        queue.reject(file, this);
        this.#doubt(file);
      } else {
        onPlaced(file, placement);
        queue.done(file);
      }
    }
  }

  /** A source that sent a wrong content is of no more use, unless it says itself that the file changed. */
  #doubt({ entry }: WantedFile): void {
    const lied = new TransferError('wrong-content', 'a file from the peer is not that of its list');
    this.#changes += 1;
    if (this.#changes > maxChanges) this.stop(lied);
    if (this.#fault) return;
    this.#doubts += 1;
    const ask = async (): Promise<void> => {
      const isHonest = await this.#saysChanged(entry).catch(() => false);
      this.#doubts -= 1;
      if (isHonest) this.#context.queue.wake();
      else this.stop(lied);
    };
    this.#track(ask());
  }

  async #saysChanged(entry: TreeFile): Promise<boolean> {
    const { folder, clock } = this.#context;
    const connection = await this.#connect(this.#over.signal);
    try {
      return await saysChanged(connection, folder, entry, clock);
    } finally {
      connection.close();
    }
  }
}

function sizeOf(files: readonly WantedFile[]): number {
  return files.reduce((sum, { entry }) => sum + entry.size, 0);
}
