import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeProcess } from './node-process.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
const folderOf = (node: string): string => join(home, node);
const wanted = 'hello-from-node2.txt';

function say(text: string): void {
  process.stdout.write(text);
}

/** Starts a node and waits until it listens. */
async function start(
  name: string,
  cluster: readonly string[],
  shown: boolean,
): Promise<{ node: NodeProcess; address: string }> {
  const node = new NodeProcess(name, {
    folder: folderOf(name),
    cluster,
    onOutput: shown ? say : () => undefined,
  });
  const [, address = ''] = await node.says(/Listening on (\S+)\n/);
  return { node, address };
}

/** Three nodes, one download, and the proof that the bytes are the same. */
async function demo(): Promise<void> {
  const nodes: NodeProcess[] = [];
  const launch = async (
    name: string,
    cluster: readonly string[],
    shown = false,
  ): Promise<string> => {
    const { node, address } = await start(name, cluster, shown);
    nodes.unshift(node);
    if (!shown) say(`${name} shares ${folderOf(name)} and listens on ${address}\n`);
    return address;
  };
  try {
    // A copy from an earlier run would make this one look better than it is.
    await rm(join(folderOf('node1'), wanted), { force: true });
    say('Three nodes start, each a process of its own.\n\n');
    const address3 = await launch('node3', []);
    const address2 = await launch('node2', [address3]);
    say('\nnode1, with its prompt:\n\n');
    await launch('node1', [address2, address3], true);
    const [node1] = nodes as [NodeProcess];
    await node1.says(/'quit' to exit\)\n/);
    await perform(node1, 'list', /Cluster members:\n.*\n.*\n/);
    say(
      "(node2 answers a peer that has not served it before after 10 seconds: the seed's rule.)\n",
    );
    await perform(node1, `get ${wanted}`, /Received file completely!\n/);
    await prove();
    if (process.stdin.isTTY) {
      say('\nThis is still the prompt of node1: list, get <filename>, quit.\n');
      node1.attach(process.stdin);
      await node1.ended();
      process.stdin.pause();
    }
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

async function perform(node: NodeProcess, command: string, answer: RegExp): Promise<void> {
  say(`> ${command}\n`);
  node.type(command);
  await node.says(answer);
}

async function prove(): Promise<void> {
  const [original, copy] = await Promise.all(
    ['node2', 'node1'].map((node) => readFile(join(folderOf(node), wanted))),
  );
  if (!original!.equals(copy!)) throw new Error(`node1/${wanted} differs from node2/${wanted}`);
  say(
    `\nnode1/${wanted} is the same, byte for byte (${copy!.length} bytes):\n\n  ${copy!.toString()}`,
  );
}

// A signal reaches the nodes too, where they share this terminal; they end by themselves.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => undefined);
try {
  await demo();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
