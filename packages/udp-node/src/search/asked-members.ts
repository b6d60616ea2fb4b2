// The members that a search asks: how often and at which addresses, and their answers.

/** A member that was asked, or is going to be. */
export interface Asked {
  /** When it was first noted, in milliseconds. */
  readonly at: number;
  /** Since when its answer is waited for, in milliseconds. */
  readonly since: number;
  attempts: number;
  readonly answer: 'none' | 'offer' | 'miss';
  /** Whether it has ever offered the file: it may be asked for another offer since. */
  readonly hasOffered: boolean;
  /** Whether its answer is waited for: it is thought to be there. */
  readonly awaited: boolean;
  /** The IP addresses and ports at which it was asked: a name may move. */
  readonly endpoints: Set<string>;
}

type Changeable = {
  -readonly [Key in 'answer' | 'awaited' | 'hasOffered' | 'since']?: Asked[Key];
};

/** The members that a search has asked, or is going to ask. */
export class AskedMembers {
  readonly #asked = new Map<string, Asked>();
  /** The member at each IP address and port. */
  readonly #members = new Map<string, string>();
  #awaited = 0;
  #unanswered = 0;
  readonly #onAllAnswered: (() => void) | undefined;
  /** How many of those awaited have not said no. Counted, for the members may be thousands. */
  #hopeful = 0;

  /** @param onAllAnswered is called each time when all of those awaited have answered */
  constructor(onAllAnswered?: () => void) {
    this.#onAllAnswered = onAllAnswered;
  }

  get(member: string): Asked | undefined {
    return this.#asked.get(member);
  }

  /** Whether a member has been asked and is waited for, and whether it has answered. */
  stateOf(member: string): 'unasked' | 'waiting' | 'answered' {
    const asked = this.#asked.get(member);
    if (asked && asked.answer !== 'none') return 'answered';
    return asked?.awaited ? 'waiting' : 'unasked';
  }

  /** Whether a member is waited for that could not be asked yet. */
  isOnlyAwaited(member: string): boolean {
    const asked = this.#asked.get(member);
    return asked?.awaited === true && asked.attempts === 0;
  }

  /** The member that was asked at an IP address and port. */
  memberAt(endpoint: string): string | undefined {
    return this.#members.get(endpoint);
  }

  /** The entry of the member that was asked at an IP address and port. */
  askedAt(endpoint: string): Asked | undefined {
    return this.#asked.get(this.#members.get(endpoint) ?? '');
  }

  /** The member's entry, made where there is none. */
  note(member: string, now: number): Asked {
    let asked = this.#asked.get(member);
    if (!asked) {
      const unanswered = { answer: 'none', hasOffered: false, awaited: false } as const;
      asked = { at: now, since: now, attempts: 0, ...unanswered, endpoints: new Set() };
      this.#asked.set(member, asked);
    }
    return asked;
  }

  /** Notes that a member is asked now. Returns how often it has been. */
  noteAsked(member: string, awaited: boolean, now: number): number {
    const asked = this.note(member, now);
    asked.attempts += 1;
    if (awaited) this.change(asked, { awaited });
    return asked.attempts;
  }

  /** Notes at which IP address and port a member was asked, unless it has been deleted since. */
  noteEndpoint(member: string, endpoint: string): void {
    const asked = this.#asked.get(member);
    if (!asked) return;
    asked.endpoints.add(endpoint);
    this.#members.set(endpoint, member);
  }

  /** Changes an entry. */
  change(asked: Asked, to: Changeable): void {
    const before = this.#unanswered;
    this.#count(asked, -1);
    Object.assign(asked, to);
    this.#count(asked, 1);
    if (before > 0 && this.#unanswered === 0) this.#onAllAnswered?.();
  }

  /** Returns whether there was an entry. */
  delete(member: string): boolean {
    const asked = this.#asked.get(member);
    if (!asked) return false;
    this.#count(asked, -1);
    this.#asked.delete(member);
    for (const endpoint of asked.endpoints) {
      if (this.#members.get(endpoint) === member) this.#members.delete(endpoint);
    }
    return true;
  }

  /** How many are awaited. */
  get awaited(): number {
    return this.#awaited;
  }

  /** The awaited members that have not answered. */
  *silent(): Iterable<[string, Asked]> {
    for (const entry of this.#asked) {
      const [, { awaited, answer }] = entry;
      if (awaited && answer === 'none') yield entry;
    }
  }

  /** How many of those awaited have said no. */
  get refusals(): number {
    return this.#awaited - this.#hopeful;
  }

  /** Whether some are awaited, and all of these have said no. */
  get hopeless(): boolean {
    return this.#awaited > 0 && this.#hopeful === 0;
  }

  #count({ awaited, answer }: Asked, by: 1 | -1): void {
    if (!awaited) return;
    this.#awaited += by;
    if (answer === 'none') this.#unanswered += by;
    if (answer !== 'miss') this.#hopeful += by;
  }
}
