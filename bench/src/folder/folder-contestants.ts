// The ways to move a folder that `bench folder` compares.
import { mkdtemp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isInstalled } from '../transfer/command/contestants.ts';
import { environmentIn, program, startRsync, startShare } from '../transfer/command/servers.ts';
import { cpuOf, measured, peakOf } from '../transfer/command/used.ts';
import { runOnce, Side } from '../transfer/transfer-side.ts';
import type { Contest, Contestant } from './contestant.ts';
import { treeClient, treeServer } from './folder-peerlane.ts';
import { hasSyncthing, startSyncthing } from './folder-syncthing.ts';
import { tarLine, tarServer } from './folder-tar.ts';

/** The command that gets a folder from a node. */
export function getLine(name: string, address: string): string {
  return `"${process.execPath}" "${program}" get ${name}/ --into "$1" --peer ${address}`;
}

/** The program as a user types it, from a holder that knows all digests. It always syncs. */
async function warmProgram({ source, place }: Contest): Promise<Contestant> {
  const env = environmentIn(place);
  const holder = await startShare(source, env);
  const line = getLine(basename(source), holder.address);
  return {
    move: (into) => measured(line, [into], holder.pid, env),
    stop: () => holder.stop(),
  };
}

/** The same from a holder that was just started for the first time, and has hashed nothing. */
function coldProgram({ source, place }: Contest): Contestant {
  return {
    move: async (into) => {
      const env = environmentIn(await mkdtemp(join(place, 'cold-')));
      const holder = await startShare(source, env);
      const line = getLine(basename(source), holder.address);
      try {
        return await measured(line, [into], holder.pid, env);
      } finally {
        await holder.stop();
      }
    },
    stop: () => Promise.resolve(),
  };
}

async function library({ source, sync }: Contest): Promise<Contestant> {
  const server = await Side.start(treeServer, { folder: source });
  const { address, pid } = server.output;
  return {
    move: async (into) => {
      const before = await cpuOf(pid);
      const input = { addresses: [address], folder: basename(source), into, sync };
      const { output, cpu, peak } = await runOnce(treeClient, input);
      const serverCpu = (await cpuOf(pid)) - before;
      return { seconds: output.seconds, cpu, peak, serverCpu, serverPeak: await peakOf(pid, true) };
    },
    stop: () => server.end(),
  };
}

async function rsync({ source, place, sync }: Contest): Promise<Contestant> {
  const daemon = await startRsync(join(place, 'rsync'), dirname(source));
  const flags = `--archive --whole-file${sync ? ' --fsync' : ''}`;
  const line = `rsync ${flags} ${daemon.address}/${basename(source)} "$1"`;
  return {
    move: (into) => measured(line, [into], daemon.pid, process.env),
    stop: () => daemon.stop(),
  };
}

async function tar({ source, sync }: Contest): Promise<Contestant> {
  const server = await Side.start(tarServer, { parent: dirname(source), folder: basename(source) });
  const { port, pid } = server.output;
  const line = tarLine(port) + (sync ? '; sync --file-system "$1"' : '');
  return {
    move: (into) => measured(line, [into], pid, process.env),
    stop: () => server.end(),
  };
}

/** Starts all that are installed. The program takes part where it does what the others do: where all sync, or syncing costs nothing. */
export async function startContestants(
  contest: Contest,
  withProgram: boolean,
): Promise<Record<string, Contestant>> {
  const started: Record<string, Contestant> = {};
  if (withProgram) {
    started['p2p get'] = await warmProgram(contest);
    started['p2p get, cold'] = coldProgram(contest);
  }
  started.library = await library(contest);
  if (isInstalled('rsync')) started.rsync = await rsync(contest);
  if (isInstalled('tar')) started.tar = await tar(contest);
  if (hasSyncthing()) started.syncthing = await startSyncthing(contest);
  return started;
}
