// Makes a page of a tree: as many lines as are ready when a moment has passed.
import { deferred } from '../async.ts';
import type { Clock } from '../clock.ts';
import type { FolderEntry } from '../sharing/served-folders.ts';
import { cursorAfter } from '../folders/entry-path.ts';
import { maxPageBytes, type Page } from './list-page.ts';
import type { TreeWalk } from '../folders/tree-walk.ts';

/** After this time a page with at least one line is sent, in milliseconds. */
const moment = 250;

/** After this time a client is told to ask later, in milliseconds. */
const firstLineTimeout = 5000;

/** How many entries are looked at ahead of the one whose line is waited for. */
const maxAhead = 192;

/**
 * Makes the lines of entries, of several at the same time. A line is `undefined` if its entry is gone.
 */
export type LinesOf = (entries: readonly FolderEntry[]) => readonly Promise<Line>[];

type Line = Uint8Array | undefined;

/** The client for whom a page is made. */
export interface PageClient {
  /** Whether it may be gone. */
  readonly ended: boolean;
}

interface Slot {
  readonly path: readonly string[];
  readonly line: Promise<Line>;
  /** Resolves when the line is there, or cannot be made. */
  readonly ready: Promise<void>;
  isReady: boolean;
}

/**
 * Makes a page of the next entries of a walk, which has at least one line unless it is the last; `busy` if
 * there is no line after some seconds.
 *
 * @throws what prevents a line from being made
 */
export async function treePage(
  walk: TreeWalk,
  linesOf: LinesOf,
  client: PageClient,
  clock: Clock,
): Promise<Page | 'busy'> {
  const start = clock.now();
  const slots: Slot[] = [];
  const lines: Uint8Array[] = [];
  let cursor: string | undefined;
  let bytes = 0;
  let isWhole = false;
  for (;;) {
    if (!isWhole && slots.length <= maxAhead / 2) {
      const entries = await walk.next();
      isWhole = entries.length === 0;
      slots.push(...slotsOf(entries, linesOf(entries)));
    }
    const [slot] = slots;
    if (!slot && isWhole) return { lines, cursor: undefined };
    if (!slot) continue;
    const limit = start + (lines.length > 0 ? moment : firstLineTimeout);
    if (!(await isReadyBefore(limit, slot, client, clock)))
      return lines.length > 0 ? { lines, cursor } : 'busy';
    const line = await slot.line;
    bytes += line?.length ?? 0;
    if (bytes > maxPageBytes) return { lines, cursor };
    slots.shift();
    if (!line) continue;
    lines.push(line);
    cursor = cursorAfter(slot.path);
  }
}

function slotsOf(entries: readonly FolderEntry[], lines: readonly Promise<Line>[]): Slot[] {
  return entries.map(({ path }, index) => {
    const line = lines[index]!;
    const becomeReady = (): void => {
      slot.isReady = true;
    };
    const slot: Slot = { path, line, ready: line.then(becomeReady, becomeReady), isReady: false };
    return slot;
  });
}

/** Waits for a line until a time, or until the client has gone. */
async function isReadyBefore(
  end: number,
  slot: Slot,
  client: PageClient,
  clock: Clock,
): Promise<boolean> {
  const isOver = (): boolean => slot.isReady || clock.now() >= end;
  if (slot.isReady) return true;
  do {
    const late = deferred<undefined>();
    const delay = Math.max(0, Math.min(moment, end - clock.now()));
    const timer = clock.schedule(() => {
      late.resolve(undefined);
    }, delay);
    await Promise.race([slot.ready, late.promise]);
    timer.cancel();
  } while (!isOver() && !client.ended);
  return slot.isReady;
}
