// Runs a program that may not move files from one folder to another, as in a sandbox of Linux.
import { spawnSync } from 'node:child_process';

/** Restricts itself by Landlock, which then refuses all such moves, and becomes the given program. */
const script = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
anything = ctypes.c_uint64(1 << 9)
rules = libc.syscall(444, ctypes.byref(anything), 8, 0)
if rules < 0 or libc.prctl(38, 1, 0, 0, 0) or libc.syscall(446, rules, 0): sys.exit(99)
os.execvp(sys.argv[1], sys.argv[1:])
`;

/** Whether this machine has what it takes. */
export function hasSandbox(): boolean {
  return process.platform === 'linux' && spawnSync('python3', sandboxed('true')).status === 0;
}

/** The arguments of `python3` that run a program so. */
export function sandboxed(...program: readonly string[]): string[] {
  return ['-c', script, ...program];
}
