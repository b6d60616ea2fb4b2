// Runs a command as a guest of the cluster: a node that shares nothing, asks, and leaves.
import type { Invocation } from '../command-line/parse.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig, unknownVariables } from '../config/load-config.ts';
import { schemas } from '../config/schemas.ts';
import { settings, type Config } from '../config/settings.ts';
import { print, type Io } from '../io.ts';
import { createNode, type PeerlaneNode } from '../node.ts';
import { NodeError } from '../node-error.ts';
import { waitForMembers } from '../wait-for.ts';

/** How long a guest waits until somebody is heard, in milliseconds. */
const patience = {
  /** Nodes that find each other do so at once. */
  found: 3000,
  /** A node on this machine answers in no time, unless the machine is very busy. */
  local: 1000,
  /** A peer of version 1 that was named says nothing before its ten seconds are over. */
  named: 12_000,
} as const;

/** The command line of a command that runs as a guest. */
type GuestInvocation = Invocation<'get' | 'list' | 'search' | 'status'>;

/** A node that shares nothing, joins from a free port, asks, and leaves. */
export interface Guest {
  readonly node: PeerlaneNode;
  readonly config: Config;
  /** The peers that it was told of. */
  readonly peers: readonly string[];
}

/**
 * Runs something as a guest of the cluster. Without peers and members to ask it looks for nodes on
 * the network, and for the one that the configuration is for on this machine.
 *
 * @throws ConfigError, NodeError where the guest cannot be started
 */
export async function asGuest<T>(
  invocation: GuestInvocation,
  io: Io,
  run: (guest: Guest) => Promise<T>,
): Promise<T> {
  print(io.stderr, ...unknownVariables(io.env));
  const { config } = await loadConfig({ flags: invocation.flags, env: io.env, cwd: io.cwd });
  const peers = peersOf(invocation) ?? config.cluster ?? [];
  await using node = createNode({
    host: config.host,
    port: 0,
    cluster: peers,
    discovery: config.discovery ?? (peers.length === 0 && config.protocol === 2),
    period: config.period,
    waiting: config.waiting,
    protocol: config.protocol,
    allow: config.allow,
    guest: true,
  });
  await node.start();
  const done = new AbortController();
  const signal = AbortSignal.any([io.signal, done.signal]);
  const looking =
    peers.length === 0 ? meetLocal(node, config, signal).catch(() => undefined) : undefined;
  try {
    return await run({ node, config, peers });
  } finally {
    done.abort();
    await looking;
  }
}

/** How long this guest waits until somebody is heard, in milliseconds. */
export function patienceOf({ peers, config }: Guest): number {
  return Math.min(config.waiting * 1000, peers.length > 0 ? patience.named : patience.found);
}

/** Why nobody was heard, and what to do about it. */
export function nobodyHeard({ peers, config }: Guest): NodeError {
  const advice =
    peers.length > 0
      ? `No answer from ${peers.join(', ')}: is p2p running there, on that UDP port, and does a firewall let it through?`
      : config.lan
        ? 'Nobody was heard on the local network: is p2p --lan running on the other machine, and does a firewall let UDP through? Or name a peer with --peer HOST:PORT.'
        : `Nobody was heard on this machine${asksLocal(config) ? ` (UDP port ${config.port})` : ''}: start p2p, name a peer with --peer HOST:PORT, or look on the network with --lan.`;
  return new NodeError('nobody', advice);
}

function peersOf({ options }: GuestInvocation): readonly string[] | undefined {
  const { peer } = options;
  if (peer === undefined) return undefined;
  const result = schemas.cluster.safeParse(peer.flatMap((each) => each.split(',')));
  if (result.success) return result.data as string[];
  const got = peer.map((each) => JSON.stringify(each)).join(', ');
  throw new ConfigError(`--peer: expected ${settings.cluster.expected}, got ${got}`);
}

/**
 * Makes the acquaintance of the node of this configuration, where it runs on this machine. Another guest
 * goes and looks: whoever does not answer would be waited for.
 */
async function meetLocal(node: PeerlaneNode, config: Config, signal: AbortSignal): Promise<void> {
  if (!asksLocal(config)) return;
  const address = local(config);
  const { host, allow } = config;
  await using scout = createNode({
    host,
    allow,
    port: 0,
    cluster: [address],
    discovery: false,
    guest: true,
  });
  await scout.start();
  const isThere = (members: ReturnType<PeerlaneNode['members']>): boolean =>
    members.some(({ state }) => state === 'heard');
  if (await waitForMembers(scout, isThere, patience.local, signal)) node.join(address);
}

/** Whether the configuration says where its node is to be asked. */
function asksLocal({ port, protocol }: Config): boolean {
  return port !== 0 && protocol === 2;
}

/** The address of the node of this configuration, seen from this machine. */
function local({ host, port }: Config): string {
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${near.includes(':') ? `[${near}]` : near}:${port}`;
}
