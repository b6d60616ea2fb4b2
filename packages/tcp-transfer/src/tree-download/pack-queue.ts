// The small files that are still to be fetched: which source is asked for which of them. Without I/O.
import type { TreeFile } from '@peerlane/protocol';
import { Changes } from '../async.ts';
import { packShare } from '../swarm/request-size.ts';
import { PackInMaking, type PackRoom } from './pack-in-making.ts';

/** What a source says of a file that it does not send. */
export type Absence = 'gone' | 'changed';

/** A file that is wanted. */
export interface WantedFile {
  readonly entry: TreeFile;
}

interface Item extends WantedFile {
  state: 'waiting' | 'placing' | 'done';
  /** How often it is asked for just now, and the sources that were asked since it was last given back. */
  asked: number;
  readonly by: Set<unknown>;
  /** How often each source did not have it, if one did not. */
  absent: Map<unknown, number> | undefined;
  absence: Absence;
}

/** How much a source is asked for at a time. */
export interface PackLimits extends PackRoom {
  /**
   * How many sources may be asked for the same file at the end.
   * @default 2
   */
  readonly askers?: number;
}

/** The options of a {@link PackQueue}. */
export interface PackQueueOptions {
  /** Called when no source has a file. */
  readonly onAbsent: (entry: TreeFile, absence: Absence) => void;
}

/** Gives out the files of a folder to its sources, each file to one of them, at the end to several. */
export class PackQueue {
  readonly #options: PackQueueOptions;
  /** Never asked for, in the order of the tree. */
  #waiting: Item[] = [];
  #next = 0;
  /** How many bytes these have. */
  #waitingBytes = 0;
  /** Given back, or not had by some source. */
  readonly #again = new Set<Item>();
  /** Asked for, in the order in which it was. */
  readonly #inHand = new Set<Item>();
  readonly #sources = new Set<unknown>();
  #first: unknown;
  #isClosed = false;
  readonly #changes = new Changes();

  constructor(options: PackQueueOptions) {
    this.#options = options;
  }

  /** How many files are not done. */
  get size(): number {
    return this.#waiting.length - this.#next + this.#again.size + this.#inHand.size;
  }

  /** Whether there are some that no source is asked for. */
  get isWaiting(): boolean {
    return this.#next < this.#waiting.length || this.#again.size > 0;
  }

  /** Whether all files are done, and no more will come. */
  get isFinished(): boolean {
    return this.#isClosed && this.size === 0;
  }

  /** Resolves when there may be something to do for a source that had nothing. */
  get changed(): Promise<unknown> {
    return this.#changes.next;
  }

  /** Lets all look again that wait for a change. */
  wake(): void {
    this.#changes.notify();
  }

  add(entries: readonly TreeFile[]): void {
    for (const entry of entries) {
      const item = { entry, state: 'waiting', asked: 0, by: new Set() } as const;
      this.#waiting.push({ ...item, absent: undefined, absence: 'gone' });
      this.#waitingBytes += entry.size;
    }
    this.wake();
  }

  /** No more files will be added. */
  close(): void {
    this.#isClosed = true;
    this.#settle();
    this.wake();
  }

  /** A source can be asked. The first, which listed the files, is asked twice for what nobody has. */
  join(source: unknown, isFirst: boolean): void {
    this.#sources.add(source);
    if (isFirst) this.#first = source;
  }

  /** A source cannot be asked any more. What it was asked for must have been given back. */
  leave(source: unknown): void {
    this.#sources.delete(source);
    this.#settle();
    this.wake();
  }

  /** What a source should be asked for next; empty if there is nothing just now. */
  take(source: unknown, limits: PackLimits): readonly WantedFile[] {
    const { pathBytes } = limits;
    const bytes = Math.min(limits.bytes, packShare(this.#waitingBytes, this.#sources.size));
    const pack = new PackInMaking<Item>({ bytes, pathBytes });
    for (const item of this.#again) {
      if (!this.#mayAsk(source, item)) continue;
      if (!pack.add(item)) break;
      this.#again.delete(item);
    }
    while (this.#next < this.#waiting.length && pack.add(this.#waiting[this.#next]!)) {
      this.#waitingBytes -= this.#waiting[this.#next]!.entry.size;
      this.#next += 1;
    }
    this.#shorten();
    if (pack.items.length === 0 && this.#isClosed)
      this.#takeFromOthers(source, pack, limits.askers ?? 2);
    for (const item of pack.items) {
      item.asked += 1;
      item.by.add(source);
      // It is the latest now.
      this.#inHand.delete(item);
      this.#inHand.add(item);
    }
    return pack.items;
  }

  /** Whether the content of a file that has come is of use; if so, it is being written. */
  accept(file: WantedFile): boolean {
    const item = file as Item;
    item.asked -= 1;
    if (item.state !== 'waiting') return false;
    item.state = 'placing';
    return true;
  }

  /** An accepted file is there, or cannot be. */
  done(file: WantedFile): void {
    const item = file as Item;
    item.state = 'done';
    this.#inHand.delete(item);
    this.wake();
  }

  /** A source does not send a file that it was asked for: not now, or never, by `absence`. */
  giveBack(file: WantedFile, source: unknown, absence?: Absence): void {
    const item = file as Item;
    item.asked -= 1;
    item.by.delete(source);
    if (absence !== undefined) note(item, source, absence);
    this.#release(item);
  }

  /** An accepted file turned out to have another content. */
  reject(file: WantedFile, source: unknown): void {
    const item = file as Item;
    item.state = 'waiting';
    note(item, source, 'changed');
    this.#release(item);
  }

  #release(item: Item): void {
    if (item.state !== 'waiting' || item.asked > 0) return;
    item.by.clear();
    this.#inHand.delete(item);
    this.#again.add(item);
    this.#settle();
    this.wake();
  }

  /** Others may still send what a slow source was asked for: at the end it is not waited for. */
  #takeFromOthers(source: unknown, pack: PackInMaking<Item>, askers: number): void {
    for (const item of this.#inHand) {
      const isOfOthers = item.state === 'waiting' && item.asked < askers && !item.by.has(source);
      if (isOfOthers && this.#mayAsk(source, item) && !pack.add(item)) return;
    }
  }

  #mayAsk(source: unknown, { absent }: Item): boolean {
    const times = absent?.get(source) ?? 0;
    if (times === 0) return true;
    return times === 1 && source === this.#first && this.#isLastChance(absent!);
  }

  #isLastChance(absent: ReadonlyMap<unknown, number>): boolean {
    return (
      this.#isClosed &&
      this.#next === this.#waiting.length &&
      [...this.#sources].every((source) => absent.has(source))
    );
  }

  /** Gives up files that no source has. Without any source, nothing is known. */
  #settle(): void {
    if (this.#sources.size === 0) return;
    for (const item of this.#again) {
      if (!item.absent || this.#mayStillBeHad(item)) continue;
      this.#again.delete(item);
      item.state = 'done';
      this.#options.onAbsent(item.entry, item.absence);
    }
  }

  #mayStillBeHad({ absent }: Item): boolean {
    for (const source of this.#sources) {
      const times = absent!.get(source) ?? 0;
      if (times === 0 || (times === 1 && source === this.#first)) return true;
    }
    return false;
  }

  #shorten(): void {
    if (this.#next < 1024 && this.#next < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }
}

function note(item: Item, source: unknown, absence: Absence): void {
  item.absent ??= new Map();
  item.absent.set(source, (item.absent.get(source) ?? 0) + 1);
  item.absence = absence;
}
