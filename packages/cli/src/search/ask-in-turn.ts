// Asks many members, a few at a time: one that says nothing takes no place from those that answer.

/** How many members are asked at a time, of those that have said something lately. */
export const maxTalking = 32;

/** After how long a member that has said nothing gives up its place, in milliseconds. */
export const silentAfter = 250;

/** How many members that have given up their places are waited for. The longest silent one is left first. */
export const maxSilent = 256;

/** The turn of a member. */
export interface Turn {
  /** Aborted when the member is left for others, because too many are silent. */
  readonly signal: AbortSignal;
  /** The member has said something. */
  noteProgress(): void;
}

/** Calls `ask` for each item, and resolves when all these calls have ended. `ask` must not reject. */
export function askInTurn<T>(
  items: readonly T[],
  ask: (item: T, turn: Turn) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const talking = new Set<AbortController>();
  // The longest silent one is first.
  const silent = new Set<AbortController>();
  return new Promise((resolve) => {
    const fillPlaces = (): void => {
      while (talking.size < maxTalking && waiting.length > 0) begin(waiting.shift()!);
      if (talking.size + silent.size === 0) resolve();
    };
    const begin = (item: T): void => {
      const asking = new AbortController();
      let hasProgressed = false;
      talking.add(asking);
      const timer = setInterval(() => {
        if (hasProgressed) {
          hasProgressed = false;
          return;
        }
        clearInterval(timer);
        talking.delete(asking);
        silent.add(asking);
        const [longest] = silent;
        if (silent.size > maxSilent) longest!.abort();
        fillPlaces();
      }, silentAfter);
      const turn = {
        signal: asking.signal,
        noteProgress: () => {
          hasProgressed = true;
        },
      };
      void ask(item, turn).finally(() => {
        clearInterval(timer);
        talking.delete(asking);
        silent.delete(asking);
        fillPlaces();
      });
    };
    fillPlaces();
  });
}

/** The items of each group in turns, so that no group keeps the others waiting. */
export function alternate<T>(items: readonly T[], groupOf: (item: T) => string): T[] {
  const turns = new Map<string, number>();
  const placed = items.map((item) => {
    const group = groupOf(item);
    const turn = turns.get(group) ?? 0;
    turns.set(group, turn + 1);
    return { item, turn };
  });
  return placed.sort((a, b) => a.turn - b.turn).map(({ item }) => item);
}
