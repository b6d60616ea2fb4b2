// Waits for the end that a signal tells.
import { once } from 'node:events';

/** Resolves when a signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort');
}
