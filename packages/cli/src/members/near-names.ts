// Suggestions of names of files and folders for one that nobody has.
import { baseName } from '@peerlane/protocol';
import { nearestNames } from '../did-you-mean.ts';
import { folderName } from '../node/get-folder.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { namesToGet, searchMembers } from './search-members.ts';

/** How long names are gathered, in milliseconds. */
const nearNamesTimeout = 3000;

/** How long a file is asked for in vain before near names are gathered meanwhile, in milliseconds. */
const beginsAfter = 1000;

/** By how much a timer may be early, in milliseconds. */
const timerSlack = 5;

/** The names in the cluster that are near to a name under which no peer has the wanted content. */
export async function nearNames(
  node: PeerlaneNode,
  filename: string,
  signal: AbortSignal,
): Promise<string[]> {
  return nearestOf(filename, await listedNames(node, signal));
}

/** The names of the files and folders in the cluster, as far as they are listed within a few seconds. */
export async function listedNames(node: PeerlaneNode, signal: AbortSignal): Promise<string[]> {
  const found = await searchMembers(node, '', signal, { timeout: nearNamesTimeout });
  return namesToGet(found);
}

function nearestOf(filename: string, listed: readonly string[]): string[] {
  const isFolder = filename.endsWith('/');
  const wanted = isFolder ? `${folderName(filename)}/` : baseName(filename);
  // What has the name has other content than is wanted: then the name is not at fault.
  if (listed.includes(wanted.normalize())) return [];
  const near = nearestNames(wanted, listed);
  if (near.length > 0 || !isFolder) return near;
  const last = lastPart(wanted.normalize());
  return nearestNames(
    last,
    listed.filter((each) => each.endsWith('/') && lastPart(each) === last),
  );
}

/** The last part of the path of a folder, with its slash. */
function lastPart(folder: string): string {
  return `${folder.split('/').at(-2) ?? ''}/`;
}

/** The options of {@link NearNames}. */
export interface NearNamesOptions {
  /** How long the file is asked for, in milliseconds. */
  readonly waiting: number;
  /** In version 1 nobody lists files. */
  readonly protocol: 1 | 2;
  readonly signal: AbortSignal;
  /**
   * The names in the cluster.
   * @default they are asked for
   */
  readonly listed?: () => Promise<string[]>;
}

/**
 * Gathers near names while a file is still being asked for, so that a search in vain ends on time.
 */
export class NearNames implements Disposable {
  readonly #begin: () => Promise<string[]>;
  readonly #isAsked: boolean;
  readonly #end: number;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #found: Promise<string[]> | undefined;

  constructor(node: PeerlaneNode, filename: string, options: NearNamesOptions) {
    const { waiting, protocol, signal } = options;
    const until = AbortSignal.any([signal, this.#over.signal]);
    const { listed = () => listedNames(node, until) } = options;
    this.#begin = async () => nearestOf(filename, await listed());
    this.#isAsked = protocol === 2;
    this.#end = performance.now() + waiting - timerSlack;
    if (!this.#isAsked) return;
    this.#timer = setTimeout(
      () => {
        this.#found = this.#begin();
      },
      Math.min(beginsAfter, waiting / 2),
    );
  }

  /** The file comes: no other names are needed for now. */
  comes(): void {
    clearTimeout(this.#timer);
  }

  /**
   * The names that are near. They are waited for only if the search for the file has ended early, as all
   * members have said no.
   */
  async found(): Promise<string[]> {
    this.comes();
    if (!this.#isAsked) return [];
    if (performance.now() < this.#end) return await (this.#found ?? this.#begin());
    return await Promise.race([this.#found ?? [], nextTurn()]);
  }

  [Symbol.dispose](): void {
    this.comes();
    this.#over.abort();
  }
}

/** Resolves with no names once all that has happened by now is dealt with. */
function nextTurn(): Promise<string[]> {
  return new Promise((resolve) => {
    setImmediate(() => {
      resolve([]);
    });
  });
}
