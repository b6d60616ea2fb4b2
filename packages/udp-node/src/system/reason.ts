import { inspect } from 'node:util';

/** What to tell of something that was thrown: code that is not ours may throw anything. */
export function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? (thrown.message as unknown) : undefined;
  return typeof message === 'string' ? message : inspect(thrown);
}
