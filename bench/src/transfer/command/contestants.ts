// The commands that `bench transfer command` compares, each a line of bash.
import { spawnSync } from 'node:child_process';
import type { Nginx } from '../transfer-nginx.ts';
import { program, type Server } from './servers.ts';

/** A command that downloads a file, and its server. `$1` is its target. */
export interface Contestant {
  readonly line: string;
  readonly server: number;
  /** The file that it downloads, by its name. */
  readonly filename: string;
}

/** The file that is downloaded, and one that the holder hashes anew for each download. */
export const warm = 'large.bin';
export const cold = 'unhashed.bin';

/** Whether a program is installed. */
export function isInstalled(command: string): boolean {
  const flag = { nginx: '-v', openssl: 'version' }[command] ?? '--version';
  return spawnSync(command, [flag]).status === 0;
}

/** The commands, each as it syncs its file or as it does not. Those that are not installed are left out. */
export function contestants(
  servers: { readonly holder: Server; readonly rsync?: Server; readonly nginx?: Nginx },
  sync: boolean,
): Record<string, Contestant> {
  const { holder, rsync, nginx } = servers;
  const after = sync ? '; sync "$1"' : '';
  // It syncs by itself, always.
  const get = (filename: string): Contestant => ({
    line: `"${process.execPath}" "${program}" get ${filename} -o "$1" --peer ${holder.address}`,
    server: holder.pid,
    filename,
  });
  const all: Record<string, Contestant> = { 'p2p get': get(warm), 'p2p get, cold': get(cold) };
  const byUrl = (name: string, line: string): void => {
    if (nginx) all[name] = { line: line + after, server: nginx.pid, filename: warm };
  };
  const url = `http://127.0.0.1:${nginx?.port}/${warm}`;
  byUrl('curl', `curl -s -o "$1" ${url}`);
  if (isInstalled('openssl'))
    byUrl('curl | openssl', `curl -s ${url} | tee "$1" | openssl dgst -sha256`);
  if (isInstalled('aria2c')) {
    const aria = `aria2c -q --no-conf -d "$(dirname "$1")" -o "$(basename "$1")" ${url}`;
    byUrl('aria2c', aria);
    byUrl('aria2c -x 8', `${aria} -x 8 -s 8`);
  }
  const flags = `--whole-file${sync ? ' --fsync' : ''}`;
  if (rsync)
    all[`rsync${sync ? ' --fsync' : ''}`] = {
      line: `rsync ${flags} ${rsync.address}/${warm} "$1"`,
      server: rsync.pid,
      filename: warm,
    };
  return all;
}
