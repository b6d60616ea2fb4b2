// Ends an attempt at one content, so that sources of another content are asked.
import type { Swarm } from '../swarm/swarm.ts';
import type { Source } from '../swarm/swarm-options.ts';

/** Stops a swarm that gets no piece while sources of other content are postponed. */
export const outOfTurn: Error = new Error('sources of other content are next');

/** @throws what stopped a swarm, unless other sources are to be tried */
export function hasSucceeded<S extends Source>({ failure, isComplete }: Swarm<S>): boolean {
  if (failure && failure !== outOfTurn) throw failure;
  return isComplete;
}
