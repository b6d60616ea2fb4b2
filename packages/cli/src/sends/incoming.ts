// What a node is sent: what its user is asked, and what becomes of it.
import type { SendFailure } from '@peerlane/protocol';

/** The first thing of a send, for the question whether it is wanted. */
export interface SentThing {
  /** Anything else than these is declined without a question. */
  readonly kind: 'file' | 'folder' | 'text';
  /** Text from the network: not safe to print. */
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  /** How many files a folder has. */
  readonly files?: number;
}

/** Something that a machine wants to hand over: one or more files, folders and texts. */
export interface IncomingSend {
  /** 16 hexadecimal digits, drawn by the sender: with `address` it names the send. */
  readonly id: string;
  /** The name that the sender gives itself. Text from the network: not safe to print. */
  readonly from?: string;
  /** The IP address of the sender. */
  readonly address: string;
  /** How many files, folders and texts there are. */
  readonly items: number;
  /** How many bytes they have together. */
  readonly total: number;
  readonly first: SentThing;
}

/** How a node receives what it is sent. */
export interface ReceiveOptions {
  /**
   * Decides whether a send is wanted: asked once for all things of it. Nothing is fetched or written before it
   * resolves with `true`. A failure declines.
   *
   * @param signal is aborted when the sender has not asked for 30 seconds, and when the node is closed
   */
  decide(send: IncomingSend, signal: AbortSignal): Promise<boolean>;
  /**
   * The folder in which files and folders are put, which must exist. Nothing in it is overwritten.
   * @default the node's folder, or the working folder if it has none
   */
  readonly into?: string | undefined;
  /**
   * Gets a text that was sent: well-formed, at most 65,536 bytes in UTF-8, and text from the network, so not
   * safe to print. It is written nowhere.
   */
  onText(text: string, send: IncomingSend): void;
}

/** A thing of a send in an event of the node. */
export interface SentItem {
  readonly send: IncomingSend;
  readonly item: SentThing;
}

/** A thing of a send is there and verified. */
export interface ReceivedItem extends SentItem {
  /** Where it is; `undefined` for a text. */
  readonly path?: string;
  /** False if the same content was there already. */
  readonly created: boolean;
  /** How many entries of a folder could not be had. */
  readonly problems?: number;
}

/** A thing of a send that was accepted could not be had. */
export interface FailedItem extends SentItem {
  readonly reason: SendFailure;
  /** For people, safe to print. */
  readonly message: string;
}

/** How far a thing of a send is. */
export interface ItemProgress extends SentItem {
  /** How many bytes are there. */
  readonly received: number;
  /** From how many machines it comes just now. */
  readonly sources: number;
}

/** The events of a node that receives. */
export interface ReceiveEvents {
  /** A machine wants to hand something over: `decide` is asked now. */
  sendOffered: [send: IncomingSend];
  /** It was decided; or the sender left before that. */
  sendDecided: [
    decided: { readonly send: IncomingSend; readonly as: 'accepted' | 'declined' | 'withdrawn' },
  ];
  /** How far a thing of a send is, at most ten times a second, and when all of it is there. */
  itemProgress: [progress: ItemProgress];
  itemReceived: [received: ReceivedItem];
  itemFailed: [failed: FailedItem];
  /** A sender has got the answer that a thing is there, or could not be had; once for each time that it asks. */
  senderTold: [item: SentItem];
}
