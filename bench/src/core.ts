import * as protocol from './core-protocol.ts';

/** Measures the pure packages, on one core. */
export async function run(): Promise<void> {
  await protocol.run();
}
