// What searches use of the settings of their node.
import type { Clock } from '../system/clock.ts';

/** The settings of a node that concern its searches. */
export interface SearchSettings {
  readonly clock: Clock;
  readonly protocol: 1 | 2;
  /** The lowest version that members may speak. */
  readonly lowestProtocol: 1 | 2;
}
