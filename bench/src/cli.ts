// `bench cli`: how fast the program starts, and how fast it downloads a small file.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNode } from '@peerlane/cli/node';
import { alternate, show, summarise } from './measure.ts';

const rounds = 21;
const program = fileURLToPath(import.meta.resolve('@peerlane/cli/bin'));

/** Seconds that a run of Node takes, from its start to its end. */
async function seconds(args: readonly string[], cwd: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore', env: environment() });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return (performance.now() - begun) / 1000;
}

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('P2P_'));
  return { ...Object.fromEntries(inherited), P2P_PORT: '0', P2P_DISCOVERY: 'false' };
}

/** Measures how fast the program is there, and how fast it brings a small file. */
export async function run(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'peerlane-bench-'));
  const [from, into] = [join(root, 'from'), join(root, 'into')];
  spawnSync(process.execPath, ['-e', '0']);
  try {
    for (const folder of [from, into]) await mkdir(folder);
    await writeFile(join(from, 'small.txt'), 'x'.repeat(1024));
    await using node = createNode({ folder: from, port: 0, discovery: false });
    await node.start();
    const peer = `${node.address.host}:${node.address.port}`;
    const get = [program, 'get', 'small.txt', '--force', '--peer', peer];
    const figures = await alternate(
      {
        empty: () => seconds(['-e', '0'], into),
        help: () => seconds([program, '--help'], into),
        get: () => seconds(get, into),
      },
      rounds,
    );
    const ratios = figures.help.map((took, round) => took / figures.empty[round]!);
    process.stdout.write(
      `node -e 0: ${show(summarise(figures.empty), 's', 3)}\n` +
        `p2p --help: ${show(summarise(figures.help), 's', 3)}, ` +
        `${show(summarise(ratios), 'times an empty script')}; wanted: at most 2.2\n` +
        `p2p get of 1 KiB from a running node: ${show(summarise(figures.get), 's', 3)}; wanted: at most 0.5\n`,
    );
  } finally {
    await rm(root, { recursive: true });
  }
}
