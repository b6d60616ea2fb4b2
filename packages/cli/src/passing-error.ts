// Tells failures that can happen with a good source from those that its content explains.
import { TransferError } from '@peerlane/tcp-transfer';

/** The errors that can happen with a good source. */
const passing: ReadonlySet<string> = new Set(['unreachable', 'incomplete', 'too-slow']);

/** Whether a source failed for a reason that says nothing about its file. */
export function isPassing(error: unknown): boolean {
  return TransferError.is(error) && passing.has(error.code);
}
