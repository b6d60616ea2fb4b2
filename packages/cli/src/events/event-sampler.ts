// Limits how many events of each kind are shown in a second: strangers decide how many there are.
const second = 1000;

/** The kinds of events that strangers can cause. */
export const sampledKinds = [
  'request',
  'connection',
  'warning',
  'peer',
  'gone',
  'sending',
  'sent',
  'send-offered',
  'send-decided',
] as const;

/** A kind of event that strangers can cause. */
export type SampledKind = (typeof sampledKinds)[number];

/** The most events of a kind that are shown in a second. */
export const maxPerSecond: Readonly<Record<SampledKind, number>> = {
  ...{ request: 20, connection: 20, warning: 20 },
  ...{ peer: 100, gone: 100, sending: 100, sent: 100 },
  ...{ 'send-offered': 20, 'send-decided': 20 },
};

interface Tally {
  admitted: number;
  omitted: number;
}

/** Lets so many events of each kind through in a second, and counts the others. */
export class EventSampler {
  readonly #onOmitted: (kind: SampledKind, count: number) => void;
  readonly #tallies = new Map<SampledKind, Tally>();

  /** @param onOmitted is called at the end of a second in which events of a kind were left out */
  constructor(onOmitted: (kind: SampledKind, count: number) => void) {
    this.#onOmitted = onOmitted;
  }

  /** Whether an event is to be shown. */
  admits(kind: SampledKind): boolean {
    const tally = this.#tallies.get(kind) ?? this.#begin(kind);
    if (tally.admitted === maxPerSecond[kind]) {
      tally.omitted += 1;
      return false;
    }
    tally.admitted += 1;
    return true;
  }

  #begin(kind: SampledKind): Tally {
    const tally = { admitted: 0, omitted: 0 };
    this.#tallies.set(kind, tally);
    // The count of a second is no reason to keep the process alive.
    setTimeout(() => {
      this.#tallies.delete(kind);
      if (tally.omitted > 0) this.#onOmitted(kind, tally.omitted);
    }, second).unref();
    return tally;
  }
}
