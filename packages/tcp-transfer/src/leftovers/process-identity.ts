// Identifies processes, to find out whether the one that wrote an unfinished file still runs.
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, distinguished from others that had the same number before. All fields are hex or digits. */
export interface ProcessIdentity {
  readonly pid: number;
  /** A digest of the time at which it started. */
  readonly start: string;
  /** A digest of the machine and the container, within which process numbers are unique. */
  readonly machine: string;
}

/** The state of a process: its start if it is known, or only that it runs. */
export type Liveness = { readonly start: string } | 'running' | 'dead';

let own: ProcessIdentity | undefined;

/** The identity of this process, which never changes. */
export function ownIdentity(): ProcessIdentity {
  own ??= readOwnIdentity();
  return own;
}

function readOwnIdentity(): ProcessIdentity {
  const state = livenessOf(process.pid);
  return {
    pid: process.pid,
    start: typeof state === 'object' ? state.start : digest(String(performance.timeOrigin)),
    machine: machineDigest(readLink('/proc/self/ns/pid') ?? ''),
  };
}

/** The facts that identify a machine. */
export interface MachineFacts {
  readonly hostname: string;
  /** The identifier from when the system was installed, on Linux. */
  readonly id?: string | undefined;
  /** When a folder of the system was made, to the nanosecond, on other systems. */
  readonly installed?: string | undefined;
}

/** @param numbering the namespace of process numbers that this process is in, on Linux */
export function machineDigest(numbering: string, facts: MachineFacts = machineFacts()): string {
  const { hostname, id, installed } = facts;
  // The hostname of a Mac changes with its network, and many Macs share one.
  return digest(installed ?? `${hostname} ${id ?? ''} ${numbering}`);
}

function machineFacts(): MachineFacts {
  return {
    hostname: hostname(),
    id: readText('/etc/machine-id'),
    installed: installationOf(process.platform),
  };
}

/** A folder that is made when the system is installed, and stays. */
const systemFolders: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: '/private/var/db',
  win32: process.env.SystemRoot ?? 'C:\\Windows',
};

function installationOf(platform: NodeJS.Platform): string | undefined {
  const folder = systemFolders[platform];
  if (folder === undefined) return undefined;
  try {
    const { ino, birthtimeNs } = statSync(folder, { bigint: true });
    return `${ino} ${birthtimeNs}`;
  } catch {
    return undefined;
  }
}

/** Looks for a process of this machine. Only Linux says when it started. */
export function livenessOf(pid: number): Liveness {
  const stat = process.platform === 'linux' ? readText(`/proc/${pid}/stat`) : undefined;
  if (stat !== undefined) return livenessFromStat(stat, readText(bootIdPath) ?? '');
  try {
    process.kill(pid, 0);
    return 'running';
  } catch (error) {
    // EPERM: it runs, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'running' : 'dead';
  }
}

const bootIdPath = '/proc/sys/kernel/random/boot_id';

/** Reads a line of Linux' `/proc/<pid>/stat`, in which times count from the start of the machine. */
export function livenessFromStat(stat: string, bootId: string): Liveness {
  // The name of the program, in parentheses, may contain blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return 'dead';
  return start === undefined ? 'running' : { start: digest(`${bootId} ${start}`) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
