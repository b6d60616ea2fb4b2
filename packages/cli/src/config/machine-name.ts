// The name of this machine, by which others know a node that was not given a name.
import { createHash } from 'node:crypto';
import { hostname, networkInterfaces, platform } from 'node:os';
import { visibleText } from '@peerlane/protocol';

/** What the system says of this machine. */
export interface Machine {
  /** With or without a domain. */
  readonly hostname: string;
  readonly platform: string;
  /** The hardware addresses of its network interfaces. */
  readonly hardware: readonly string[];
}

/** The most characters of a name that a message carries. */
const maxLength = 64;

/**
 * The name of a machine without its domain. A machine without a name of its own, or with one that cannot
 * be shown as it is, is called after its system and, so that two of them differ, after its hardware.
 */
export function machineName(machine: Machine = thisMachine): string {
  const [name = ''] = machine.hostname.trim().split('.');
  const isUsable =
    /^[^\s()]+$/.test(name) &&
    name.toLowerCase() !== 'localhost' &&
    visibleText(name) === name &&
    Array.from(name).length <= maxLength;
  if (isUsable) return name;
  const { platform, hardware } = machine;
  const digest = createHash('sha256')
    .update([...hardware].sort().join())
    .digest('hex');
  return hardware.length > 0 ? `${platform}-${digest.slice(0, 4)}` : platform;
}

const thisMachine: Machine = {
  get hostname() {
    return hostname();
  },
  platform: platform(),
  // Most machines have a name, and need no look at their interfaces.
  get hardware() {
    const macs = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal }) => !internal)
      .map(({ mac }) => mac);
    return [...new Set(macs)];
  },
};
