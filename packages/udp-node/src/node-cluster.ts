// Keeps a node's view of its cluster up to date: hands it each event with the time, passes on the changes
// that follow, and calls it when something falls due.
import { Cluster, type AddressAnnouncement, type Change } from '@peerlane/cluster';
import {
  formatPeerAddress,
  hostOf,
  ipVersion,
  isLoopback,
  parsePeerAddress,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Settings } from './options.ts';
import { Alarm } from './system/alarm.ts';
import type { Clock } from './system/clock.ts';
import { SleepWatch } from './system/sleep-watch.ts';
import { ownAddresses, ownAddressFor, ownHosts } from './system/own-addresses.ts';

/** The parts of a node that a {@link NodeCluster} uses. */
export interface NodeClusterOptions {
  readonly settings: Settings;
  /** The address to which the node is bound. */
  readonly bound: PeerAddress;
  /** Names this run of the node. */
  readonly id: string;
  /** Does what follows from an event. `sender`: the sender of the message that was the event. */
  readonly onChange: (change: Change, sender: Sender | undefined) => void;
  /** Called when the node has been asleep, before anything else happens. */
  readonly onWake: () => void;
}

/** The sender of a message. */
export interface Sender {
  readonly from: PeerAddress;
  /** `from` as `host:port`. */
  readonly peer: string;
}

/** The cluster of a running node. */
export class NodeCluster {
  /** The node's knowledge of it. */
  readonly view: Cluster;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #sleep: SleepWatch;
  readonly #onChange: NodeClusterOptions['onChange'];

  constructor({ settings, bound, id, onChange, onWake }: NodeClusterOptions) {
    const { members, period, protocol, name, tcpPort, guest, random, clock } = settings;
    const { lowestProtocol, overhead } = settings;
    const known = { host: settings.host, port: bound.port };
    const self = [formatPeerAddress(known), ...ownAddresses(bound)];
    this.view = new Cluster({
      self,
      // A node on a loopback address may hear others of this machine by its addresses in the network too.
      ownHosts: [...self.map(hostOf), ...ownHosts()],
      id,
      newPing: random,
      ...{ members, period, protocol, lowestProtocol, overhead, name, tcpPort, guest },
      ownAddress: (peer) =>
        ipVersion(known.host) === undefined ? formatPeerAddress(known) : ownAddressFor(peer, bound),
    });
    this.#clock = clock;
    this.#alarm = new Alarm(clock);
    this.#sleep = new SleepWatch(clock, (slept) => {
      this.update((view, now) => view.wake(slept, now));
      onWake();
    });
    this.#onChange = onChange;
  }

  /** Starts a moment later, so that the caller can listen to all events. */
  start(): void {
    this.#alarm.set(-Infinity, () => {
      this.#sleep.start();
      this.update((view, now) => view.start(now));
    });
  }

  /** Hands in an event. `sender`: the sender of the message that is the event. */
  update(event: (view: Cluster, now: number) => readonly Change[], sender?: Sender): void {
    this.#sleep.look();
    for (const change of event(this.view, this.#clock.now())) this.#onChange(change, sender);
    this.#alarm.set(this.view.due, () => {
      this.update((view, now) => view.tick(now));
    });
  }

  /** Takes up an address, as `host:port`, that became known in some other way. */
  join(address: string): void {
    this.update((view, now) => view.addAddress({ address, local: isLocal(address) }, now));
  }

  /** Hands in an announcement on the local network. */
  found(announcement: Omit<AddressAnnouncement, 'local'>): void {
    const local = isLocal(announcement.address);
    this.update((view, now) => view.receiveAnnouncement({ ...announcement, local }, now));
  }

  /** Pings a member. */
  probe(member: string): void {
    this.update((view, now) => view.probe(member, now));
  }

  /** Stops. Returns the goodbyes to send. */
  leave(): Extract<Change, { type: 'send' }>[] {
    this.#alarm.cancel();
    this.#sleep.cancel();
    return this.view.leave(this.#clock.now()).filter((change) => change.type === 'send');
  }
}

function isLocal(address: string): boolean {
  return isLoopback(parsePeerAddress(address).host);
}
