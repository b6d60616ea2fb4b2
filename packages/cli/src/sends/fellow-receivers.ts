// Who receives the same at the same time: each is told of the others, as they serve what they have.

/** The receivers of the things that are being sent. */
export class FellowReceivers {
  /** By send and thing: how many are being sent to, and which of them have accepted, as `host:port`. */
  readonly #byItem = new Map<string, { running: number; readonly accepted: Set<string> }>();

  /** Begins to send a thing to one more. */
  join(item: string): Receiver {
    const group = this.#byItem.get(item) ?? { running: 0, accepted: new Set<string>() };
    group.running += 1;
    this.#byItem.set(item, group);
    let own: string | undefined;
    return {
      accepted: (address) => {
        own = address;
        group.accepted.add(address);
      },
      others: () => [...group.accepted].filter((address) => address !== own),
      leave: () => {
        group.running -= 1;
        if (group.running === 0) this.#byItem.delete(item);
      },
    };
  }
}

/** One receiver of a thing. */
export interface Receiver {
  /** It has accepted; its server is there. */
  accepted(address: string): void;
  /** The others who have accepted. */
  others(): string[];
  leave(): void;
}
