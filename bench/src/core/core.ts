// `bench core`: the pure packages, on one core.
import * as cluster from './core-cluster.ts';
import * as protocol from './core-protocol.ts';

/** Measures the pure packages, on one core. */
export async function run(): Promise<void> {
  await protocol.run();
  cluster.run();
}
