// Nodes in this process for one test, on loopback, without looking for any on the network.
import { createNode, type NodeOptions, type PeerlaneNode } from '../../src/node/index.ts';

/** Nodes that are closed when the test ends. */
export class Nodes implements AsyncDisposable {
  readonly #nodes: PeerlaneNode[] = [];

  /** Starts a node at ports that the system chooses. */
  async start(options: NodeOptions): Promise<PeerlaneNode> {
    const node = createNode({ port: 0, discovery: false, period: 1000, ...options });
    this.#nodes.push(node);
    await node.start();
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
  }
}

/** The address of a node, as others are told of it. */
export const addressOf = ({ address }: PeerlaneNode): string => `${address.host}:${address.port}`;
