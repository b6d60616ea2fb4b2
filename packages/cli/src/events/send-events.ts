// The JSON events of what is sent to machines, and of what comes from them.

/** The files that are sent are being hashed: at most ten times a second. */
export interface HashingEvent {
  readonly event: 'hashing';
  readonly files: number;
  readonly bytes: number;
}

/** Everything is ready to be sent. */
export interface SendEvent {
  readonly event: 'send';
  /** 16 hex digits. */
  readonly send: string;
  readonly items: number;
  /** In bytes. */
  readonly total: number;
  /** The addresses of the receivers. */
  readonly to: readonly string[];
}

/** How far a receiver is: at most ten times a second. */
export interface SendStateEvent {
  readonly event: 'send-state';
  readonly to: string;
  readonly name?: string;
  /** `later`: its user has not answered yet; `busy` and `away`: it is asked again. */
  readonly state: 'later' | 'accepted' | 'busy' | 'away';
  /** How many bytes are there, of how many. */
  readonly done: number;
  readonly total: number;
}

/** What became of a send at a receiver. */
export interface SendResultEvent {
  readonly event: 'send-result';
  readonly to: string;
  readonly name?: string;
  readonly state:
    | 'received'
    | 'declined'
    | 'unsupported'
    | 'failed'
    | 'not-member'
    | 'refused'
    | 'away'
    | 'busy'
    | 'unanswered'
    | 'interrupted';
  /** How many files, folders and texts are there, of how many. */
  readonly received: number;
  readonly items: number;
  /** With `failed` and `refused`. */
  readonly reason?: string;
}

/** A machine wants to hand something over. */
export interface SendOfferedEvent {
  readonly event: 'send-offered';
  readonly send: string;
  /** The name that the sender gives itself. */
  readonly from?: string;
  readonly address: string;
  readonly items: number;
  readonly total: number;
  readonly first: {
    readonly kind: string;
    readonly filename: string;
    readonly size: number;
    readonly files?: number;
  };
}

/** It was decided; or the sender has left before. */
export interface SendDecidedEvent {
  readonly event: 'send-decided';
  readonly send: string;
  readonly address: string;
  readonly as: 'accepted' | 'declined' | 'withdrawn';
}

/** How far a thing of a send is. */
export interface ItemProgressEvent {
  readonly event: 'item-progress';
  readonly send: string;
  readonly address: string;
  readonly filename: string;
  readonly received: number;
  readonly size: number;
  readonly sources: number;
}

/** A file or folder of a send is there. */
export interface ItemReceivedEvent {
  readonly event: 'item-received';
  readonly send: string;
  readonly address: string;
  readonly kind: string;
  readonly filename: string;
  readonly path: string;
  readonly size: number;
  /** False if it was there before. */
  readonly created: boolean;
  /** How many entries of a folder could not be had, if there are any. */
  readonly problems?: number;
}

/** A thing of a send could not be had. */
export interface ItemFailedEvent {
  readonly event: 'item-failed';
  readonly send: string;
  readonly address: string;
  readonly filename: string;
  readonly reason: string;
  readonly message: string;
}

/** A text was sent: all of it. */
export interface TextEvent {
  readonly event: 'text';
  readonly send: string;
  readonly from?: string;
  readonly address: string;
  readonly text: string;
}

/** An event of a send, at either side. */
export type AnySendEvent =
  | HashingEvent
  | SendEvent
  | SendStateEvent
  | SendResultEvent
  | SendOfferedEvent
  | SendDecidedEvent
  | ItemProgressEvent
  | ItemReceivedEvent
  | ItemFailedEvent
  | TextEvent;
