// What a node sends: what is to be sent, to whom, and what becomes of it.
import type { OfferOutcome, OfferProgress } from '@peerlane/tcp-transfer';

/** Something that a node shares, and that is to be sent. */
export interface SendItem {
  /** A `text` is a file that is shared, too: of at most 65,536 bytes in UTF-8. */
  readonly kind: 'file' | 'folder' | 'text';
  /** The name under which the node shares it, as others would ask for it: of a folder without a slash. */
  readonly filename: string;
}

/** Something that can be offered: its content is known. */
export interface PreparedItem extends SendItem {
  /** In bytes; of a folder the sum of its files. */
  readonly size: number;
  /** 64 hexadecimal digits. */
  readonly root: string;
  /** How many files a folder has. */
  readonly files?: number;
}

/** A send to any number of receivers, each of which is asked once for all of it. */
export interface PreparedSend {
  /** 16 random hexadecimal digits. */
  readonly id: string;
  readonly items: readonly PreparedItem[];
  /** How many bytes all have together. */
  readonly total: number;
}

/** An entry of a folder that is not sent. */
export interface LeftOut {
  /** The folder, as the item has it. */
  readonly folder: string;
  /** The names from the folder down. Not safe to print. */
  readonly path: readonly string[];
  /** `link`, `special`, `unreadable`, `unnamable` or `changing`. */
  readonly reason: string;
}

/** How a send is prepared. */
export interface PrepareSendOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Called as files are read and hashed, at most ten times a second: how many files and bytes were hashed so
   * far, of all items together. Those that were known already count at once.
   */
  readonly onProgress?:
    ((progress: { readonly files: number; readonly bytes: number }) => void) | undefined;
  /** Called for each entry of a folder that is not sent: a symbolic link, what is no file, what cannot be read. */
  readonly onLeftOut?: ((entry: LeftOut) => void) | undefined;
}

/** How an item is sent to one receiver. */
export interface NodeSendOptions {
  /** The send that the item belongs to. */
  readonly send: PreparedSend;
  /**
   * The name of the sender, which the receiver sees: 1 to 64 characters.
   * @default the name of the node
   */
  readonly from?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when the state or the number of bytes at the receiver has changed. */
  readonly onState?: ((progress: OfferProgress) => void) | undefined;
  /**
   * The servers of others who have accepted the same, as `host:port`, read before each request.
   * @default none
   */
  readonly peers?: (() => readonly string[]) | undefined;
  /**
   * How long the receiver may be away or busy without a break, in milliseconds.
   * @default Infinity: until the signal is aborted
   */
  readonly giveUpAfter?: number | undefined;
}

/** What became of an item at a receiver: one of `OfferOutcome` of `@peerlane/tcp-transfer`. */
export type SendOutcome = OfferOutcome;
