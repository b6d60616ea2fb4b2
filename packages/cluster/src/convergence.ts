// Knows when a node that joins has been told of the members that others know.
import type { State } from './state.ts';

/**
 * How long after a member has proven itself more members may be learned from it, in milliseconds: it
 * introduces others at once, and once more after a second.
 */
const introductionTimeout = 1500;

/** How long joining can take in all, in milliseconds: others that join must not prolong it for ever. */
const joiningTimeout = 5000;

/** The node begins to look for members that it does not know. */
export function beginJoining(state: State, now: number): void {
  if (state.settings.protocol === 1) return;
  state.joining = { until: now + introductionTimeout, latest: now + joiningTimeout };
}

/** A member has proven itself. The first one of a node that was alone is a new beginning. */
export function prolongJoining(state: State, now: number): void {
  const { joining, proven } = state;
  if (joining)
    state.joining = { ...joining, until: Math.min(now + introductionTimeout, joining.latest) };
  else if (proven.size === 1) beginJoining(state, now);
}
