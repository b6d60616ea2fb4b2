// Nodes that send to one another, and what they send.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  IncomingSend,
  NodeOptions,
  PeerlaneNode,
  ReceiveOptions,
} from '../../src/node/index.ts';
import type { Nodes } from './nodes.ts';

export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'peerlane-send-'));

/** A folder with something to send. */
async function things(): Promise<string> {
  const path = await newFolder();
  await writeFile(join(path, 'report.pdf'), 'a report');
  await writeFile(join(path, 'note'), 'Grüße\u001b[31m');
  await writeFile(join(path, 'empty'), '');
  await mkdir(join(path, 'photos', 'sub'), { recursive: true });
  await writeFile(join(path, 'photos', 'a.jpg'), 'a');
  await writeFile(join(path, 'photos', 'sub', 'b.jpg'), Buffer.alloc(700_000, 'b'));
  return path;
}

const all = ['report.pdf', 'note', 'empty', 'photos'] as const;

export async function sender(
  nodes: Nodes,
  options: Partial<NodeOptions> = {},
): Promise<PeerlaneNode> {
  const path = await things();
  const files = all.map((name) => join(path, name));
  return nodes.start({ files, name: 'anna', ...options });
}

export interface Receiver {
  readonly node: PeerlaneNode;
  readonly into: string;
  readonly texts: string[];
  readonly asked: IncomingSend[];
}

export async function receiver(
  nodes: Nodes,
  decide: ReceiveOptions['decide'],
  options: Partial<NodeOptions> = {},
): Promise<Receiver> {
  const into = await newFolder();
  const texts: string[] = [];
  const asked: IncomingSend[] = [];
  const receive: ReceiveOptions = {
    into,
    decide: (send, signal) => {
      asked.push(send);
      return decide(send, signal);
    },
    onText: (text) => texts.push(text),
  };
  return { node: await nodes.start({ receive, ...options }), into, texts, asked };
}

/** A moment that is waited for. */
export function moment(): { readonly come: () => void; readonly reached: Promise<void> } {
  let come!: () => void;
  const reached = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { come, reached };
}

export const yes = (): Promise<boolean> => Promise.resolve(true);
