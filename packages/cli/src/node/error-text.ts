import { visibleText } from '@peerlane/protocol';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'permission denied',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is not a folder',
  ENOTFOUND: 'there is no host of that name',
};

/** Why the system refused something, in words where there are better ones than its own. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

/** An error and what it was caused by, in one line, unless it says that itself. */
export function describe({ message, cause }: Error): string {
  const reason = cause instanceof Error && !message.includes(cause.message) ? cause.message : '';
  return visibleText(reason === '' ? message : `${message}: ${reason}`);
}
