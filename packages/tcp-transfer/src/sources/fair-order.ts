// Puts sources into a fair order: a machine with many identities must not be asked before all others.
import { machineOf } from '../limits/machine.ts';
import type { Source } from '../swarm/swarm-options.ts';

/**
 * Gives out sources as they come; of several that wait, first one of the machine that had the fewest so
 * far. Sources are read ahead.
 */
export async function* inFairOrder<S extends Source>(
  sources: AsyncIterable<S> | Iterable<S>,
): AsyncGenerator<S, void> {
  const waiting: S[] = [];
  const given = new Map<string, number>();
  const iterator =
    Symbol.asyncIterator in sources ? sources[Symbol.asyncIterator]() : sources[Symbol.iterator]();
  const state = { isOver: false };
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const read = async (): Promise<void> => {
    try {
      while (!state.isOver) {
        const next = await iterator.next();
        if (next.done) break;
        waiting.push(next.value);
        wake();
      }
    } catch (error) {
      failure = { error };
    }
    state.isOver = true;
    wake();
  };
  void read();
  try {
    for (;;) {
      const source = takeFairest(waiting, given);
      if (source) yield source;
      else if (failure) throw failure.error;
      else if (state.isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    state.isOver = true;
    // The caller's iterator may wait for its next source until then.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** Removes a source of the machine that had the fewest; of these the first. */
function takeFairest<S extends Source>(waiting: S[], given: Map<string, number>): S | undefined {
  const countOf = ({ address }: S): number => given.get(machineAt(address)) ?? 0;
  let fairest = 0;
  for (const [index, source] of waiting.entries())
    if (countOf(source) < countOf(waiting[fairest]!)) fairest = index;
  const [source] = waiting.splice(fairest, 1);
  if (source) given.set(machineAt(source.address), countOf(source) + 1);
  return source;
}

/** The machine of an address. One that is malformed is refused when it is connected to. */
export function machineAt(address: unknown): string {
  const { host } = (address ?? {}) as { readonly host?: unknown };
  return typeof host === 'string' ? machineOf(host) : '';
}
