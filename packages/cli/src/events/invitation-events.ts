// The JSON events of inviting machines to a cluster, and of joining one.

/** An invitation is open. */
export interface InvitationEvent {
  readonly event: 'invitation';
  /** The number and the words. */
  readonly words: string;
  /** Where it is accepted, as `host:port`. */
  readonly addresses: readonly string[];
  /** Whether several machines may join. */
  readonly many: boolean;
}

/** Somebody has tried other words than those of an invitation. */
export interface GuessEvent {
  readonly event: 'guess';
  /** The IP address that the guess came from. */
  readonly address: string;
  /** How many more end the invitation. */
  readonly left: number;
}

/** At the inviter: a machine has joined. At the newcomer: it has joined. */
export interface JoinedEvent {
  readonly event: 'joined';
  /** What the other machine calls itself. */
  readonly name: string;
  /** The IP address of the other machine. */
  readonly address: string;
  /** The id of the key that the newcomer uses now. */
  readonly key?: string;
  /** The newcomer's key file. */
  readonly path?: string;
}

/** An event of an invitation. */
export type AnyInvitationEvent = InvitationEvent | GuessEvent | JoinedEvent;
