// Measures the memory that is kept, without what the engine would collect later.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The heap in use after a collection, in bytes. */
export function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
