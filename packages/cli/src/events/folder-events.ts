// The JSON events that tell of folders.
import type { TreeProblem } from '@peerlane/tcp-transfer';

/** The download of a folder begins: the first of its files are known. */
export interface FolderStartedEvent {
  readonly event: 'folder-started';
  /** Its name, as it was asked for. */
  readonly folder: string;
}

/** The progress of the download of a folder: at most ten times a second. */
export interface FolderProgressEvent {
  readonly event: 'folder-progress';
  readonly folder: string;
  /** How many files are done: fetched, or there already. */
  readonly files: number;
  /** How many files and bytes are listed so far, and whether that is all. */
  readonly listedFiles: number;
  readonly listedBytes: number;
  readonly isListed: boolean;
  /** How many bytes are done or have come. */
  readonly received: number;
  /** How many peers send. */
  readonly sources: number;
}

/** Something in a folder could not be had, and was left out. */
export interface FolderProblemEvent {
  readonly event: 'folder-problem';
  readonly folder: string;
  /** The names from the folder down. */
  readonly path: readonly string[];
  readonly kind: TreeProblem['kind'];
  /** For people. */
  readonly reason: string;
}

/** The download of a folder has ended: what could be had is there. */
export interface FolderReceivedEvent {
  readonly event: 'folder-received';
  readonly folder: string;
  readonly path: string;
  /** The root of its tree: 64 hex digits. */
  readonly root: string;
  /** What is there now; `size` in bytes. */
  readonly files: number;
  readonly folders: number;
  readonly size: number;
  /** What had to be fetched of it. */
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  /** How many files of other content had the name of one in the folder, and were kept, or replaced by --force. */
  readonly otherFiles: number;
  /** How many entries could not be had, links among them. */
  readonly problems: number;
}

/** A folder in the cluster. */
export interface FolderEvent {
  readonly event: 'folder';
  /** Its path below what is shared. */
  readonly name: string;
  /** How many files are below it, if that is said. */
  readonly files?: number;
  readonly holders: readonly string[];
}

/** An event that tells of a folder. */
export type AnyFolderEvent =
  FolderStartedEvent | FolderProgressEvent | FolderProblemEvent | FolderReceivedEvent | FolderEvent;
