// What every way to move a folder has.
import type { Used } from '../transfer/command/used.ts';

/** A way to move a folder. */
export interface Contestant {
  /** Moves it into a folder that exists, under its own name. */
  move(into: string): Promise<Used>;
  stop(): Promise<unknown>;
}

/** What is moved, where everything lies, and whether it is on the disk at the end. */
export interface Contest {
  readonly source: string;
  /** A folder for what the contestants write besides. */
  readonly place: string;
  readonly sync: boolean;
}
