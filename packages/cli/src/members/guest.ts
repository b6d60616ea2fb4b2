// Runs a command as a guest: a node that shares nothing, asks the cluster, and leaves.
import { formatPeerAddress, isWildcard } from '@peerlane/protocol';
import type { Keyring } from '@peerlane/seal';
import type { Member } from '@peerlane/udp-node';
import type { Invocation } from '../command-line/parse.ts';
import { ConfigError } from '../files/config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { schemas } from '../config/schemas.ts';
import { flagOf, settings, variableOf, type Config } from '../config/settings.ts';
import { print, type Io } from '../output/io.ts';
import type { NodeOptions } from '../node/node-options.ts';
import { createNode, type PeerlaneNode } from '../node/node.ts';
import { noAnswerText, unknownNamesText } from './no-answer-text.ts';
import { allowAdvice, publicNetworks } from './public-networks.ts';
import { hostReaching, unreachableText } from './reaching-host.ts';
import { strangersText } from '../lines/strangers-text.ts';
import { waitForMembers } from './wait-for-members.ts';
import { nodeOptionsFrom } from '../command-line/node-options.ts';
import { configured } from '../command-line/configured.ts';

/** How long a guest waits for the first member on the network, in milliseconds. */
const discoveryTimeout = 3000;

/** The same for peers that were named: one of version 1 answers after ten seconds. */
const namedPeerTimeout = 12_000;

/** The command line of a command that runs as a guest. */
type GuestInvocation = Invocation<'get' | 'list' | 'search' | 'status' | 'send'>;

/** What a guest does beside asking. */
export interface GuestExtras {
  /** Addresses of further peers that the user named. */
  readonly peers: readonly string[];
  /** The options of its node, where they are not those of every guest. */
  readonly optionsFor: (loaded: LoadedConfig) => NodeOptions;
}

/** A node that shares nothing, joins from a free port, asks, and leaves. */
export interface Guest {
  readonly node: PeerlaneNode;
  readonly config: Config;
  /** The addresses of the peers that the user named. */
  readonly peers: readonly string[];
  /** Whether a member was heard or a file was offered. */
  readonly hasAnswer: () => boolean;
  /** Whether peers were named, and no address was found for any of their names: nobody can be asked. */
  readonly areUnknown: () => boolean;
  /** What kind of nodes this one has noticed that it cannot talk to. */
  readonly strangers: ReadonlySet<string>;
}

/**
 * Runs something as a guest of the cluster. If no peer and no member is named, the guest looks for nodes
 * on the network, and for the node of this configuration on this machine.
 *
 * @throws ConfigError, NodeError if the guest cannot be started
 */
export async function asGuest<T>(
  invocation: GuestInvocation,
  io: Io,
  run: (guest: Guest) => Promise<T>,
  extras?: GuestExtras,
): Promise<T> {
  const loaded = await configured(invocation, io, (line) => {
    print(io.stderr, line);
  });
  const named = [...(peersOf(invocation) ?? []), ...(extras?.peers ?? [])];
  const peers = named.length > 0 ? named : (loaded.config.cluster ?? []);
  const isHostFree = hasFreeHost(loaded);
  const config = reaching(loaded.config, isHostFree, peers);
  await using node = createNode({
    ...nodeOptionsFrom(config),
    port: 0,
    members: peers,
    guest: true,
    keyring: loaded.keys?.keyring,
    // The node of this machine may be in the cluster of the network.
    outward: isHostFree,
    ...extras?.optionsFor(loaded),
  });
  const unknown = new Set<string>();
  const strangers = new Set<string>();
  node.on('warning', (_message, about) => {
    if (about) strangers.add(about.kind);
    if (about?.kind === 'lookup' && about.peer !== undefined) unknown.add(about.peer);
  });
  const areUnknown = (): boolean => peers.length > 0 && peers.every((peer) => unknown.has(peer));
  await node.start();
  let isOffered = false;
  node.on('offer', () => {
    isOffered = true;
  });
  const hasAnswer = (): boolean => isOffered || node.members().some(isHeard);
  const done = new AbortController();
  const signal = AbortSignal.any([io.signal, done.signal]);
  const looking =
    peers.length === 0
      ? joinLocalNode(node, loaded.keys?.keyring, config, signal).catch(() => undefined)
      : undefined;
  try {
    return await run({ node, config, peers, hasAnswer, areUnknown, strangers });
  } finally {
    done.abort();
    await looking;
  }
}

/** Whether a command chooses its host. The default in a file, which may be a copy of the example, is no choice. */
export function hasFreeHost({
  config,
  origins,
}: Pick<LoadedConfig, 'config' | 'origins'>): boolean {
  const isTyped = [flagOf('host'), variableOf('host')].includes(origins.host);
  return config.host === settings.host.fallback && !isTyped;
}

/** The configuration with a host from which the peers can be reached. */
function reaching(config: Config, isHostFree: boolean, peers: readonly string[]): Config {
  const host = isHostFree ? hostReaching(config.host, peers) : config.host;
  const fault = unreachableText(host, peers);
  if (fault !== undefined) throw new ConfigError(fault);
  return { ...config, host };
}

/** How long this guest waits for a first answer, in milliseconds. */
export function firstAnswerTimeoutOf({ peers, config }: Guest): number {
  return Math.min(config.waiting * 1000, peers.length > 0 ? namedPeerTimeout : discoveryTimeout);
}

/** Waits until a member of version 2 should have been heard. Returns whether any member was. */
export async function hearSomebody(guest: Guest, signal: AbortSignal): Promise<boolean> {
  const { node, config, areUnknown } = guest;
  const limit = Math.min(config.waiting * 1000, discoveryTimeout);
  await waitForMembers(node, (members) => areUnknown() || members.some(isHeard), limit, signal);
  return node.members().some(isHeard);
}

/**
 * The error that nobody was heard, with what the user can do.
 *
 * @param filename the file that was asked for, if one was
 */
export function nobodyHeard(guest: Guest, filename?: string): Error {
  const { node, peers, config, areUnknown, strangers } = guest;
  if (areUnknown()) return new Error(unknownNamesText(peers));
  const ofOthers = strangersText(strangers, node.sealedBy);
  if (ofOthers !== undefined) return new Error(ofOthers);
  if (peers.length > 0) return new Error(noAnswerText(peers, filename, node.sealedBy));
  const advice = config.lan ? allowAdvice(publicNetworks(config.allow).networks) : undefined;
  if (advice !== undefined) return new Error(`Nobody was heard on the local network. ${advice}.`);
  const { sealedBy } = node;
  const nobody = sealedBy === undefined ? 'Nobody' : `No node with key ${sealedBy}`;
  if (config.lan) {
    const seal =
      sealedBy === undefined
        ? 'If its cluster is sealed, join it first: p2p join.'
        : 'If it lacks the key, let it join: p2p invite.';
    return new Error(
      `${nobody} was heard on the local network: is p2p --lan running on the other machine, and does a firewall let UDP through? ${seal} Or name a peer with --peer HOST:PORT.`,
    );
  }
  const where = asksLocal(config) ? ` (UDP port ${config.port})` : '';
  const start =
    sealedBy === undefined ? 'start p2p' : 'start p2p, or restart it if it is older than the key';
  return new Error(
    `${nobody} was heard on this machine${where}: ${start}, name a peer with --peer HOST:PORT, or look on the network with --lan.`,
  );
}

function peersOf({ options }: GuestInvocation): readonly string[] | undefined {
  const { peer } = options;
  if (peer === undefined) return undefined;
  const result = schemas.cluster.safeParse(peer);
  if (result.success) return result.data as string[];
  const got = peer.map((each) => JSON.stringify(each)).join(', ');
  throw new ConfigError(`--peer: expected ${settings.cluster.expected}, got ${got}`);
}

/**
 * Adds the node of this configuration if it runs on this machine. Another guest looks for it first: the
 * guest itself would wait for the answer of a member that is not there.
 */
async function joinLocalNode(
  node: PeerlaneNode,
  keyring: Keyring | undefined,
  config: Config,
  signal: AbortSignal,
): Promise<void> {
  if (!asksLocal(config)) return;
  const address = localAddress(config);
  const { host, allow } = config;
  await using scout = createNode({
    host,
    allow,
    port: 0,
    members: [address],
    discovery: false,
    guest: true,
    keyring,
  });
  await scout.start();
  const isThere = (members: readonly Member[]): boolean => members.some(isHeard);
  if (await waitForMembers(scout, isThere, discoveryTimeout, signal)) node.join(address);
}

function isHeard({ state }: Member): boolean {
  return state === 'heard';
}

/** Whether the node of this configuration can be asked on this machine. */
function asksLocal({ port, protocol }: Config): boolean {
  return port !== 0 && protocol === 2;
}

/** The address of the node of this configuration on this machine. */
export function localAddress({ host, port }: Pick<Config, 'host' | 'port'>): string {
  return formatPeerAddress({ host: isWildcard(host) ? '127.0.0.1' : host, port });
}
