// The reason that a thrown value gives.
import { inspect } from 'node:util';

/** The message of a thrown value: code of others may throw anything. */
export function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? (thrown.message as unknown) : undefined;
  return typeof message === 'string' ? message : inspect(thrown);
}
