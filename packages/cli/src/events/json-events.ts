// The JSON events that `--json` prints.
import type { SampledKind } from './event-sampler.ts';
import type { AnyFolderEvent } from './folder-events.ts';
import type { AnyInvitationEvent } from './invitation-events.ts';
import type { AnySendEvent } from './send-events.ts';

/** A node has started and shares files. */
export interface ReadyEvent {
  readonly event: 'ready';
  /** Its addresses as `host:port`: one for each interface that it is bound to. */
  readonly addresses: readonly string[];
  readonly tcpPort: number;
  readonly files: number;
  /** How many folders can be got as a whole. */
  readonly folders: number;
  /** Left out if there are very many files. */
  readonly bytes?: number;
  /** The id of the key that seals the node; null in an open cluster. */
  readonly sealed: string | null;
  /** The configuration file, if there is one. */
  readonly config?: {
    readonly path: string;
    /** The settings that it changed. */
    readonly changes: readonly string[];
    /** The settings in it that this command ignores. */
    readonly leftOut: readonly string[];
  };
}

/** A member has joined or left. */
export interface PeerEvent {
  readonly event: 'peer' | 'gone';
  readonly address: string;
}

/** A peer has asked for a file, or for something of another kind. */
export interface RequestEvent {
  readonly event: 'request';
  readonly peer: string;
  readonly filename: string;
  /** `folder`, or a word of a later version. */
  readonly kind?: string;
}

/** A file is about to be sent, or was sent whole; or the first file of a folder is about to be sent. */
export interface UploadEvent {
  readonly event: 'sending' | 'sent';
  readonly client: string;
  /** The name of a folder ends in a slash: there is one `sending` for all that goes to one machine. */
  readonly filename: string;
  readonly size: number;
}

/** Events of a kind that were left out: more than so many in a second, or lines that nobody read in time. */
export interface OmittedEvent {
  readonly event: 'omitted';
  readonly of: SampledKind | 'line';
  readonly count: number;
}

/** A fault that the program survives. */
export interface WarningEvent {
  readonly event: 'warning';
  readonly message: string;
}

/** The progress of a download: at most ten times a second. */
export interface ProgressEvent {
  readonly event: 'progress';
  readonly filename: string;
  /** In bytes. */
  readonly received: number;
  readonly size: number;
  /** How many peers send it. */
  readonly sources?: number;
}

/** A peer has other content under the name of a file, or of a folder whose content is taken `from` another peer. */
export interface OtherEvent {
  readonly event: 'other';
  readonly filename: string;
  readonly peer: string;
  readonly root: string;
  readonly size: number;
  readonly from?: string;
}

/** A download is complete. */
export interface ReceivedEvent {
  readonly event: 'received';
  readonly filename: string;
  readonly path: string;
  readonly size: number;
  /** False if the file was there before. */
  readonly created: boolean;
  /** True if `--skip-existing` left that file alone: its content was not compared. */
  readonly leftAlone?: true;
  /** The root of its content, if that was verified: 64 hex digits. */
  readonly root?: string;
  /** Whether its content was verified; left out if it was left alone. A peer of version 1 proves nothing. */
  readonly verified?: boolean;
  /** True if it has grown while a peer of version 1 sent it: this is the part that was announced. */
  readonly grown?: true;
}

/** A member of the cluster. */
export interface MemberEvent {
  readonly event: 'member';
  readonly address: string;
  readonly name?: string;
  readonly state: 'configured' | 'announced' | 'heard';
  readonly version: 1 | 2;
  readonly roundTripMs?: number;
  /** How long ago it was last heard. */
  readonly heardMsAgo?: number;
  /** For how long it has left a ping unanswered, if for more than a second. */
  readonly silentMs?: number;
}

/** A file name in the cluster. */
export interface FileEvent {
  readonly event: 'file';
  readonly name: string;
  /** The contents under this name, mostly one. The one with the most holders comes first. */
  readonly versions: readonly {
    readonly size: number;
    /** If it is left out, the holders' contents may differ, or be one of the other versions. */
    readonly root?: string;
    readonly holders: readonly string[];
  }[];
}

/** Files or folders of a member are missing in the events that follow. */
export interface IncompleteEvent {
  readonly event: 'incomplete';
  readonly peer: string;
  /** How many of its files, or folders, are listed. */
  readonly listed: number;
  readonly reason: string;
  /** What is missing, if not files. */
  readonly of?: 'folders';
}

/** The cluster in figures. */
export interface StatusEvent {
  readonly event: 'status';
  readonly members: number;
  /** Of these, how many have been heard. */
  readonly heard: number;
  /** How many folders there are, by name. */
  readonly folders: number;
  /** How many names of files there are, and how many of them have several contents for sure. */
  readonly files: number;
  readonly ambiguous: number;
  /** How many of the other names may have several contents: not all holders know the root yet. */
  readonly unverified: number;
  /** The sum of the sizes of all contents that differ for sure. */
  readonly bytes: number;
  /** How many unfinished downloads are left in the working folder, and how much of the disk they take. */
  readonly unfinished?: number;
  readonly unfinishedBytes?: number;
  /** The id of the key of the cluster; null if it is open. */
  readonly sealed: string | null;
}

/** What a download has left in a folder, listed or removed. */
export interface LeftEvent {
  readonly event: 'unfinished' | 'removed';
  readonly folder: string;
  /** How much of the disk it takes. */
  readonly bytes: number;
  /** When it was last written to, in ISO 8601. */
  readonly changed: string;
}

/** A setting, and the source of its value. */
export interface SettingEvent {
  readonly event: 'setting';
  readonly name: string;
  /** Null if it has no value. */
  readonly value: string | number | boolean | readonly string[] | null;
  readonly from: string;
  /** The commands that ignore this value, because it comes from a file and lets others reach more. */
  readonly notFor?: readonly string[];
}

/** The command failed; the exit code says the same. */
export interface ErrorEvent {
  readonly event: 'error';
  readonly code: 'failed' | 'usage' | 'not-found' | 'interrupted';
  readonly message: string;
  readonly filename?: string;
  /** Similar names. */
  readonly near?: readonly string[];
}

/** A line that `--json` prints. */
export type JsonEvent =
  | ReadyEvent
  | PeerEvent
  | RequestEvent
  | UploadEvent
  | OmittedEvent
  | WarningEvent
  | ProgressEvent
  | OtherEvent
  | ReceivedEvent
  | AnyFolderEvent
  | AnySendEvent
  | MemberEvent
  | FileEvent
  | IncompleteEvent
  | StatusEvent
  | LeftEvent
  | SettingEvent
  | AnyInvitationEvent
  | ErrorEvent;
