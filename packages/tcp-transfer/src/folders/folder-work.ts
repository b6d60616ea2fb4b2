// What all requests for trees and packs of a server share: its memory, and the order of their work.
import { FairTurns } from '../limits/fair-turns.ts';
import { DigestMemory } from './digest-memory.ts';
import { PackBuffers } from './pack-buffers.ts';

/** How many batches of files are handed to threads at a time: each has one to go on with. */
const maxBatches = 4;

/** The memory for trees and packs, and who is next. Connections of one process should share it. */
export class FolderWork {
  readonly packs: PackBuffers = new PackBuffers();
  readonly digests: DigestMemory = new DigestMemory();
  /** The turns of machines to have a batch of files read. */
  readonly turns: FairTurns = new FairTurns(maxBatches);
}
