// `bench neighbours`: how long a node's answers take while its other neighbours are dead.
import { show, summarise } from '../measure.ts';
import { NeighboursNetwork } from './neighbours-network.ts';
import { honest, members, name, node, type Waits } from './neighbours-sides.ts';
import { runOnce, runSide, Side } from '../transfer/transfer-side.ts';

/** The number of questions of an honest peer in each case, and the time for all of them. */
const [asks, looks, time] = [200, 10, 60_000];

/** The trouble in a network. */
interface Trouble {
  /** The number of members that claim a period of an hour, and vanish. */
  readonly vanished: number;
  /** The number of dead addresses that one datagram names. */
  readonly named: number;
  /** Whether the node looks for files meanwhile, which it asks all of these for. */
  readonly looking?: boolean;
}

const troubles: Readonly<Record<string, Trouble>> = {
  '1,000 dead addresses named by one datagram': { vanished: 0, named: 1000 },
  '128 members vanished': { vanished: 128, named: 0 },
  '256 members vanished': { vanished: 256, named: 0 },
  both: { vanished: 256, named: 1000 },
  'both, and searches': { vanished: 256, named: 1000, looking: true },
};

/**
 * Measures how long an honest peer waits for a node whose other neighbours do not answer. Datagrams
 * to those stay in the node's socket buffer until the system stops looking for the addresses. Needs Linux and its
 * root.
 */
export async function run(): Promise<void> {
  if (await runSide([node, members, name, honest])) return;
  const wanted = process.argv[3] ?? '';
  for (const [title, trouble] of Object.entries(troubles)) {
    if (!title.includes(wanted)) continue;
    const [troubled, beside] = await measure(trouble);
    process.stdout.write(`${title}\n`);
    for (const what of ['pongs', 'files', 'looks'] as const) {
      if (troubled![what].length === 0) continue;
      const [here, there] = [troubled!, beside!].map((waits) =>
        show(summarise(waits[what]), 'ms', 1),
      );
      process.stdout.write(`  ${what.padEnd(6)}${here}; beside it ${there}\n`);
    }
  }
}

/** The waits for a node in trouble, and for one beside it that is in none. */
async function measure({ vanished, named, looking = false }: Trouble): Promise<readonly Waits[]> {
  using network = new NeighboursNetwork();
  const { hosts } = network;
  const nodes = await Promise.all(
    [hosts.node, hosts.beside].map((host) => Side.start(node, { host }, network.node)),
  );
  const vanishing = network.add(vanished);
  await runOnce(members, { hosts: vanishing, to: hosts.node }, network.others);
  network.remove(vanishing);
  const naming = { from: hosts.namer, to: hosts.node, hosts: network.dead(named) };
  await runOnce(name, naming, network.others);
  const pairs = [
    { host: hosts.honest, to: hosts.node },
    { host: hosts.witness, to: hosts.beside },
  ];
  const input = { pairs, asks, looks: looking ? looks : 0, time };
  const { output } = await runOnce(honest, input, network.others);
  for (const each of nodes) await each.end();
  return output;
}
