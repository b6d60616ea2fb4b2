// Runs the benchmarks that the command line names.
const benches: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<void> }>>> = {
  cli: () => import('./cli.ts'),
  core: () => import('./core/core.ts'),
  folder: () => import('./folder/folder.ts'),
  get: () => import('./get.ts'),
  neighbours: () => import('./neighbours/neighbours.ts'),
  scale: () => import('./scale.ts'),
  seal: () => import('./seal.ts'),
  swarm: () => import('./swarm/swarm.ts'),
  transfer: () => import('./transfer/transfer.ts'),
  udp: () => import('./udp.ts'),
};

const name = process.argv[2] ?? '';
const load = benches[name];
if (load) {
  const { run } = await load();
  await run();
} else {
  process.stderr.write(`Usage: pnpm bench <${Object.keys(benches).join('|')}>\n`);
  process.exitCode = 2;
}
