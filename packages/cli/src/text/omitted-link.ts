// Tells a symbolic link that was left out of a folder from what could not be had.
import type { TreeProblem } from '@peerlane/tcp-transfer';

/** Whether a problem of a folder is a symbolic link: it is left out on purpose, and no fault. */
export function isOmittedLink({ kind, reason }: Pick<TreeProblem, 'kind' | 'reason'>): boolean {
  return kind === 'omitted' && /\bsymbolic link\b/.test(reason);
}
