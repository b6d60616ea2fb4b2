// The program of release 0.1.0 beside the program of today, in one open cluster.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, vi } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import type { Program } from '../support/program.ts';

const release = fileURLToPath(new URL('../fixtures/release-0.1.0/p2p.mjs', import.meta.url));

/** Two nodes of the release, one of today, and one of today that speaks version 1. */
const kinds = {
  released: { script: release },
  today: {},
  other: { script: release },
  alike: { env: { P2P_PROTOCOL: '1' } },
} as const;
type Name = keyof typeof kinds;
const names = Object.keys(kinds) as Name[];

/** All that the release may say on its standard error: the tests set a variable that it does not know. */
const unknown = "The variable P2P_DISCOVERY is none of p2p's, and was ignored.\n";

/** What today's program says of a file that comes from version 1. */
const unverified = 'Not verified: the peer speaks version 1, which does not prove what it sends.\n';

/** One node has it at the start, and one other gets it. */
const fileOf = (from: Name, to: Name): string => `from ${from} for ${to}.bin`;
const others = (name: Name): Name[] => names.filter((each) => each !== name);

interface Started {
  readonly name: Name;
  readonly folder: string;
  readonly node: Program;
  readonly address: string;
}

/** Starts the nodes: each knows only the one before it, and has a file for each other. */
async function start(lab: Lab, contents: Map<string, Buffer>): Promise<Started[]> {
  const started: Started[] = [];
  for (const name of names) {
    const folder = await lab.folder();
    for (const file of others(name).map((to) => fileOf(name, to))) {
      contents.set(file, randomBytes(1024 * 1024 + 1));
      await writeFile(join(folder, file), contents.get(file)!);
    }
    const { env, ...kind } = { env: {}, ...kinds[name] };
    const cluster = started.at(-1)?.address ?? '';
    const options = { cluster, env: { P2P_PERIOD: '1', ...env }, ...kind };
    started.push({ name, folder, ...(await lab.start(folder, options)) });
  }
  return started;
}

/** Types `list` until the node lists all others. */
async function listsAll({ node }: Started, addresses: readonly string[]): Promise<void> {
  await vi.waitFor(
    () => {
      node.type('list');
      const last = node.stdout.slice(node.stdout.lastIndexOf('Cluster members:'));
      for (const address of addresses) expect(last).toContain(`. ${address}\n`);
    },
    { timeout: 60_000, interval: 500 },
  );
}

describe('release 0.1.0 and today in one open cluster', () => {
  it('Nodes of release 0.1.0 and of today learn each other by gossip, and each gets a file from each other', async ({
    lab,
  }) => {
    const contents = new Map<string, Buffer>();
    const nodes = await start(lab, contents);
    const today = nodes[1]!.node;
    await Promise.all(
      nodes.map(async (each) => {
        const rest = nodes.filter((other) => other !== each).map(({ address }) => address);
        await listsAll(each, rest);
      }),
    );
    await vi.waitFor(
      async () => {
        today.type('status');
        await today.says(/Cluster: 3 members, 3 heard\./);
      },
      { timeout: 60_000, interval: 500 },
    );
    await Promise.all(
      nodes.map(async ({ name, node, folder }) => {
        const files = others(name).map((from) => fileOf(from, name));
        node.type(...files.map((file) => `get ${file}`));
        await node.says(new RegExp(`(?:Received file completely![^]*){${files.length}}`));
        for (const file of files) {
          const received = await readFile(join(folder, file));
          expect(received.equals(contents.get(file)!), file).toBe(true);
        }
      }),
    );
    for (const { name, node } of nodes) {
      node.type('quit');
      expect(await node.exit, name).toBe(0);
    }
    const said = nodes.map(({ name, node }) => [name, node.stderr]);
    const allowed = { released: unknown, today: unverified.repeat(3), other: unknown, alike: '' };
    expect(Object.fromEntries(said)).toEqual(allowed);
  });

  it('A guest of today gets a file from release 0.1.0, and its search lists what the nodes of today share', async ({
    lab,
  }) => {
    const contents = new Map<string, Buffer>();
    const nodes = await start(lab, contents);
    const addresses = nodes.map(({ address }) => address);
    await listsAll(nodes[0]!, addresses.slice(1));
    const cwd = await lab.folder();
    const run = async (address: string, ...args: string[]): Promise<unknown[]> => {
      const guest = lab.run({ args: [...args, '--peer', address], cwd });
      return [await guest.exit, guest.stdout, guest.stderr];
    };
    const [released, , , alike] = addresses as [string, string, string, string];
    const gets = ([['today'], ['alike', '--protocol', '1']] as const).map(async ([to, ...args]) => {
      const file = fileOf('released', to);
      const [code, stdout] = await run(released, 'get', file, ...args);
      expect([code, stdout]).toEqual([0, expect.stringContaining(`Received "${file}"`)]);
      expect((await readFile(join(cwd, file))).equals(contents.get(file)!), file).toBe(true);
    });
    await Promise.all(gets);
    // Version 1 does not say that it has no folder, and offers the file of that name too late to be told of.
    const name = `${fileOf('released', 'today')}/`;
    const [absent, , reason] = await run(released, 'get', name, '--waiting', '5');
    expect([absent, reason]).toEqual([
      3,
      expect.stringContaining(`Nobody delivered the folder "${name.slice(0, -1)}"`),
    ]);
    const [code, found, errors] = await run(released, 'search');
    expect([code, errors]).toEqual([0, '']);
    const listed = String(found).match(/from .*(?=\n)/g);
    expect(listed).toEqual(
      others('today')
        .map((to) => fileOf('today', to))
        .toSorted(),
    );
    expect(await run(alike, 'search')).toEqual([
      1,
      '',
      expect.stringContaining(
        'or it is a node of version 1, which answers only requests for files',
      ),
    ]);
  });
});
