// Reads the files of a pack into memory: most of them in threads, and the others one by one.
import { encodePackLine, maxPackBytes, type PackLine, type TreePath } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import { fileOutcomes, type FileBatchAnswer } from '../hashing/file-batch.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import { isEntryPath } from './entry-path.ts';
import type { FolderWork } from './folder-work.ts';
import { handedOver, locateFiles, type LocatedFiles } from './locate-files.ts';
import { openSoon } from './open-soon.ts';
import type { PackMemory } from './pack-buffers.ts';

/** How many files are handed to a thread at a time: some milliseconds of work. */
const maxBatch = 128;

/** The pack that is read, and with what. */
export interface PackOptions {
  readonly folder: ServedFolder;
  readonly entries: readonly TreePath[];
  readonly hasher: PieceHasher;
  readonly work: FolderWork;
  /** For whom the work is done: one among equals. */
  readonly owner: unknown;
  readonly clock: Clock;
}

/** A pack that was read. */
export interface ReadPack {
  /** Its bytes, in order. */
  readonly parts: readonly Uint8Array[];
  /** How many of them are bytes of files. */
  readonly content: number;
}

/** The text of a line ahead of a file: before the size, and after it. */
const sizeLine = new TextDecoder().decode(encodePackLine({ size: 0 })).split('0') as [
  string,
  string,
];

/**
 * Reads files of a folder, in order, until the memory is full; those that do not fit come `later`.
 * `undefined` if the memory is too small even for the first one.
 *
 * @throws the system's error if no file can be opened at all; Error if the hasher was closed
 */
export async function readPack(
  options: PackOptions,
  memory: PackMemory,
): Promise<ReadPack | undefined> {
  const reader = new PackReader(options, memory);
  for (let at = 0; at < options.entries.length; at += maxBatch)
    await reader.read(options.entries.slice(at, at + maxBatch));
  return reader.finish();
}

class PackReader {
  readonly #options: PackOptions;
  readonly #memory: PackMemory;
  readonly #parts: Uint8Array[] = [];
  #content = 0;
  /** The bytes of the memory that are not in `parts` yet. */
  #run = { start: 0, end: 0 };
  #isEmpty = true;
  #lacksRoom = false;

  constructor(options: PackOptions, memory: PackMemory) {
    this.#options = options;
    this.#memory = memory;
  }

  /** Reads the next files. */
  async read(entries: readonly TreePath[]): Promise<void> {
    const paths = entries.map((path) => (isEntryPath(path) ? path : undefined));
    const files = locateFiles(this.#options.folder, paths);
    const start = this.#run.end;
    const batch = files && (await this.#readBatch(files, start));
    let index = 0;
    for (const [at, path] of entries.entries()) {
      const isLocated = files?.positions[index] === at;
      const outcome = isLocated ? batch!.outcomes[index] : fileOutcomes.unclear;
      const end = isLocated ? batch!.ends[index++]! : 0;
      if (outcome === fileOutcomes.read) this.#run.end = start + end;
      else if (outcome === fileOutcomes.absent) this.#add({ error: 'not-found' });
      else if (outcome === fileOutcomes.large) this.#add({ error: 'later' });
      else if (outcome === fileOutcomes.full) this.#addFull();
      else await this.#open(path);
    }
  }

  /** What was read; `undefined` if the memory was too small for anything. */
  finish(): ReadPack | undefined {
    const mayAskLater = this.#memory.room < maxPackBytes;
    if (this.#isEmpty && this.#lacksRoom && mayAskLater) return undefined;
    this.#endRun();
    return { parts: this.#parts, content: this.#content };
  }

  async #readBatch(located: LocatedFiles, start: number): Promise<FileBatchAnswer> {
    const { hasher, work, owner } = this.#options;
    const memory = this.#memory.memory.subarray(start);
    const room = this.#memory.room - this.#content;
    const files = { ...handedOver(located), maxSize: maxPackBytes };
    const into = { memory, room, line: sizeLine };
    const batch = await work.turns.run(owner, () =>
      hasher.workOnFiles<'read'>({ work: 'read', ...files, into }),
    );
    for (const [index, outcome] of batch.outcomes.entries()) {
      if (outcome !== fileOutcomes.read) continue;
      this.#content += batch.sizes[index]!;
      this.#isEmpty = false;
    }
    return batch;
  }

  /** Opens a file by the rules for all files, and adds it. */
  async #open(path: TreePath): Promise<void> {
    const { folder, clock } = this.#options;
    const file = isEntryPath(path) ? await openSoon(folder, path, clock) : undefined;
    if (!file || file === 'changing') {
      this.#add({ error: file ? 'changed' : 'not-found' });
      return;
    }
    try {
      const { size } = file;
      if (size > maxPackBytes) this.#add({ error: 'later' });
      else if (size > this.#memory.room - this.#content) this.#addFull();
      else {
        // Counted before it is read: no other file may take its place meanwhile.
        this.#content += size;
        const content = await contentOf(file);
        if (!content) this.#content -= size;
        this.#add(content ? { size } : { error: 'changed' }, content);
      }
    } finally {
      await file.handle.close();
    }
  }

  #addFull(): void {
    this.#lacksRoom = true;
    this.#add({ error: 'later' });
  }

  #add(line: PackLine, content?: Uint8Array): void {
    this.#endRun();
    this.#parts.push(encodePackLine(line));
    if (!content) return;
    this.#parts.push(content);
    this.#isEmpty = false;
  }

  #endRun(): void {
    const { start, end } = this.#run;
    if (end > start) this.#parts.push(this.#memory.memory.subarray(start, end));
    this.#run = { start: end, end };
  }
}

/** The content of a file; `undefined` if it cannot be read, or changes meanwhile. */
async function contentOf(file: SharedFile): Promise<Uint8Array | undefined> {
  const content = Buffer.allocUnsafeSlow(file.size);
  for (let filled = 0; filled < content.length;) {
    const read = file.handle.read(content, filled, content.length - filled, filled);
    const { bytesRead } = await read.catch(() => ({ bytesRead: 0 }));
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return (await file.unchanged()) ? content : undefined;
}
