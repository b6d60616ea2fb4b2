// What a transfer tells of the speed of its other side.
/** Measures how fast the other side is while this side waits for it. */
export interface SpeedMeter {
  resume(now: number): void;
  pause(now: number): void;
  moved(bytes: number): void;
}
