// What the processes of both sides of a transfer have used, as bash's `time` and Linux tell it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** Linux counts the processor time of a process in hundredths of a second. */
const ticks = 100;

/** How often the memory of the processes is looked at, in milliseconds: the system keeps the most of each. */
const lookInterval = 20;

/** What one run of a command took. */
export interface Used {
  /** From the start of the first process to the end of the last. */
  readonly seconds: number;
  /** The processor time of all its processes, in seconds. */
  readonly cpu: number;
  /** The processor time of the server meanwhile, in seconds. */
  readonly serverCpu: number;
  /** The most memory that the largest process of either side had resident, in MiB. */
  readonly peak: number;
  readonly serverPeak: number;
}

/** Runs a line of bash, of which `$1`, `$2`, … are the arguments, beside the server that it is about. */
export async function measured(
  line: string,
  args: readonly string[],
  server: number,
  env: NodeJS.ProcessEnv,
): Promise<Used> {
  const before = await cpuOf(server);
  const script = `TIMEFORMAT='%R %U %S'; time { set -e -o pipefail; ${line}; } >/dev/null 2>&3`;
  const child = spawn('bash', ['-c', script, 'bash', ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'inherit'],
    env,
  });
  const timed = text(child.stderr!);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const running = new AbortController();
  let [peak, serverPeak] = [0, 0];
  const watching = (async () => {
    while (!running.signal.aborted) {
      peak = Math.max(peak, await peakOf(child.pid!, false));
      serverPeak = Math.max(serverPeak, await peakOf(server, true));
      await delay(lookInterval);
    }
  })();
  const [code] = await ended;
  running.abort();
  await watching;
  const numbers = (await timed).trim().split(/\s+/).map(Number);
  const [seconds = 0, user = 0, system = 0] = numbers.slice(-3);
  if (code !== 0 || Number.isNaN(seconds)) throw new Error(`${line} ended with ${code}`);
  const serverCpu = (await cpuOf(server)) - before;
  return { seconds, cpu: user + system, serverCpu, peak, serverPeak };
}

/** The processor time of a process and of its children that have ended, in seconds. */
export async function cpuOf(pid: number): Promise<number> {
  // A server that serves by a child has to hear of its end first.
  await delay(100);
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  // Behind the name, which may hold blanks: fields 3 and on, of which 14 to 17 are in ticks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticks;
}

/** The most memory that one of a process's children had resident so far, or itself, in MiB. */
export async function peakOf(pid: number, isItself: boolean): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  const pids = children.split(' ').filter((child) => child.trim() !== '');
  const peaks = [...pids, ...(isItself ? [`${pid}`] : [])].map(async (each) => {
    const status = await readFile(`/proc/${each}/status`, 'latin1').catch(() => '');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  });
  return Math.max(0, ...(await Promise.all(peaks)));
}
