// Two instances of syncthing that know only each other, on 127.0.0.1: the one with the folder, and one that gets it.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuOf, peakOf, type Used } from '../transfer/command/used.ts';
import { freePort } from '../transfer/transfer-nginx.ts';
import type { Contest, Contestant } from './contestant.ts';

const run = promisify(execFile);

/** How often an instance is asked how far it is, in milliseconds. */
const askInterval = 50;

const apiKey = 'bench';

/** Off: all that would reach, or be reached from, anything but 127.0.0.1. */
const off = [
  ...['globalAnnounceEnabled', 'localAnnounceEnabled', 'relaysEnabled', 'natEnabled'],
  ...['startBrowser', 'crashReportingEnabled', 'announceLANAddresses'],
];

/** Whether syncthing is installed. */
export function hasSyncthing(): boolean {
  return spawnSync('syncthing', ['--version']).status === 0;
}

/** The home of an instance: its identity, and where it is reached. */
interface Home {
  readonly path: string;
  readonly id: string;
  readonly port: number;
  readonly api: number;
}

async function makeHome(path: string): Promise<Home> {
  await run('syncthing', ['generate', `--home=${path}`, '--no-default-folder']);
  const [, id] = /<device id="([^"]+)"/.exec(await readFile(join(path, 'config.xml'), 'utf8'))!;
  return { path, id: id!, port: await freePort(), api: await freePort() };
}

/** Writes the configuration of an instance that knows the other one, and does not speak to it if it is paused. */
async function configure(
  own: Home,
  other: Home,
  folder: string,
  { sync, isPaused }: { readonly sync: boolean; readonly isPaused: boolean },
): Promise<void> {
  const address = isPaused ? `tcp://127.0.0.1:${other.port}` : 'dynamic';
  const lines = [
    '<configuration version="36">',
    `<folder id="bench" path="${folder}" rescanIntervalS="0" fsWatcherEnabled="false">`,
    `<device id="${own.id}"/><device id="${other.id}"/><disableFsync>${!sync}</disableFsync></folder>`,
    `<device id="${own.id}"/>`,
    `<device id="${other.id}"><address>${address}</address><paused>${isPaused}</paused></device>`,
    `<gui enabled="true"><address>127.0.0.1:${own.api}</address><apikey>${apiKey}</apikey></gui>`,
    `<options><listenAddress>tcp://127.0.0.1:${own.port}</listenAddress>`,
    ...off.map((name) => `<${name}>false</${name}>`),
    '<urAccepted>-1</urAccepted><autoUpgradeIntervalH>0</autoUpgradeIntervalH></options>',
    '</configuration>',
  ];
  await writeFile(join(own.path, 'config.xml'), lines.join('\n'));
}

interface Status {
  readonly state: string;
  readonly globalFiles: number;
  readonly needFiles: number;
  readonly localFiles: number;
}

/** An instance that runs. */
class Instance {
  readonly pid: number;
  readonly #api: number;
  readonly #ended: Promise<unknown>;
  readonly #end: () => void;

  constructor({ path, api }: Home) {
    const options = ['serve', `--home=${path}`, '--no-browser', '--no-restart', '--no-upgrade'];
    // Without this it does its work in a child, which it watches.
    const env = { ...process.env, STMONITORED: 'yes' };
    const child = spawn('syncthing', options, { stdio: 'ignore', env });
    this.pid = child.pid!;
    this.#api = api;
    this.#ended = once(child, 'exit');
    this.#end = () => child.kill();
  }

  async status(): Promise<Status | undefined> {
    try {
      return (await (await this.#ask('db/status?folder=bench')).json()) as Status;
    } catch {
      // It does not listen yet, or has not opened the folder.
      return undefined;
    }
  }

  async until(matches: (status: Status) => boolean): Promise<void> {
    for (;;) {
      const status = await this.status();
      if (status && matches(status)) return;
      await delay(askInterval);
    }
  }

  async unpause(device: string): Promise<void> {
    const body = JSON.stringify({ paused: false });
    await this.#ask(`config/devices/${device}`, { method: 'PATCH', body });
  }

  async stop(): Promise<void> {
    this.#end();
    await this.#ended;
  }

  #ask(path: string, how: RequestInit = {}): Promise<Response> {
    const headers = { 'X-API-Key': apiKey };
    return fetch(`http://127.0.0.1:${this.#api}/rest/${path}`, { ...how, headers });
  }
}

/**
 * Starts the instance that has the folder, and waits until it has hashed it. Each time another one, which
 * was never there before and is idle, is let speak to it; the time ends when it needs nothing more.
 */
export async function startSyncthing({ source, place, sync }: Contest): Promise<Contestant> {
  const holder = await makeHome(join(place, 'syncthing-holder'));
  const getter = await makeHome(join(place, 'syncthing-getter'));
  await configure(holder, getter, source, { sync, isPaused: false });
  const holding = new Instance(holder);
  await holding.until(({ state, localFiles }) => state === 'idle' && localFiles > 0);
  let runs = 0;
  return {
    move: async (into) => {
      const home = { ...getter, path: `${getter.path}-${(runs += 1)}` };
      await mkdir(home.path);
      for (const name of ['cert.pem', 'key.pem'])
        await copyFile(join(getter.path, name), join(home.path, name));
      await configure(home, holder, join(into, 'bench'), { sync, isPaused: true });
      const getting = new Instance(home);
      try {
        await getting.until(({ state }) => state === 'idle');
        return await used(holding, getting, async () => {
          await getting.unpause(holder.id);
          await getting.until(
            ({ state, globalFiles, needFiles }) =>
              state === 'idle' && globalFiles > 0 && needFiles === 0,
          );
        });
      } finally {
        await getting.stop();
        await rm(home.path, { recursive: true });
      }
    },
    stop: () => holding.stop(),
  };
}

async function used(
  holding: Instance,
  getting: Instance,
  work: () => Promise<void>,
): Promise<Used> {
  const before = [await cpuOf(getting.pid), await cpuOf(holding.pid)] as const;
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  return {
    seconds,
    cpu: (await cpuOf(getting.pid)) - before[0],
    serverCpu: (await cpuOf(holding.pid)) - before[1],
    peak: await peakOf(getting.pid, true),
    serverPeak: await peakOf(holding.pid, true),
  };
}
