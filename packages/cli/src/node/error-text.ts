// Errors of the system and of the layers below in words that a person understands.
import { visibleText } from '@peerlane/protocol';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'permission denied',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is not a folder',
  ENOTFOUND: 'there is no host of that name',
};

/** Why the system refused something: in our words for common errors, else in its own. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

/** An error in one line, with the message of its cause unless it contains that. Safe to print. */
export function describe({ message, cause }: Error): string {
  const reason = cause instanceof Error && !message.includes(cause.message) ? cause.message : '';
  return visibleText(reason === '' ? message : `${message}: ${reason}`);
}
