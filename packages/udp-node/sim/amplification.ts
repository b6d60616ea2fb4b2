// The attacks in the name of a machine, and a count of the bytes that they cause.
import { hostOf } from '@peerlane/protocol';
import { expect } from 'vitest';
import { MemoryLan } from '../src/testing/index.ts';
import { toySeal } from '../test/support/toy-seal.ts';
import { minute, period as defaultPeriod, Simulation } from './simulation.ts';

const hour = 60 * minute;

/** The bytes that a victim may be sent besides three times those forged in its name. */
const allowed = 1000;

/** Sends a datagram to the targets of an attack, in the name of an address. */
type Forge = (text: string, from: string) => void;

/** An attack: the datagrams that are forged to make a cluster send to a machine. */
interface Attack {
  readonly name: string;
  /** The time between two attacks, in milliseconds. */
  readonly every: number;
  /** `victim`: an address of the machine. `member`: that of a member of the cluster. */
  readonly forge: (
    forge: Forge,
    victim: (port: number) => string,
    member: string,
    most: number,
  ) => void;
}

const bits = '0123456789abcdef';
const line = (keys: string): string => `{"v":2,"id":"${bits}"${keys}}\n`;
const ports = (count: number): number[] => Array.from({ length: count }, (_, n) => 1000 + n);

const attacksEach = (period: number): readonly Attack[] => [
  {
    name: 'a DISCOVER of version 1',
    every: hour,
    forge: (forge, victim) => {
      forge('DISCOVER,\n', victim(53));
    },
  },
  {
    name: 'a DISCOVER of version 1 each half period',
    every: period / 2,
    forge: (forge, victim) => {
      forge('DISCOVER\n', victim(53));
    },
  },
  {
    name: 'a DISCOVER of version 1 that names members, in each period',
    every: period,
    forge: (forge, victim, member) => {
      forge(`DISCOVER,${Array.from({ length: 20 }, () => member).join(',')}\n`, victim(53));
    },
  },
  {
    name: 'a DISCOVER of version 1 from 100 ports',
    every: hour,
    forge: (forge, victim) => {
      for (const port of ports(100)) forge('DISCOVER\n', victim(port));
    },
  },
  {
    name: 'a DISCOVER of version 2',
    every: hour,
    forge: (forge, victim) => {
      forge(`DISCOVER,\n${line(`,"ping":"${bits}","period":3600000`)}`, victim(53));
    },
  },
  {
    name: 'a DISCOVER of version 2 with nothing in it, every ten seconds',
    every: 10_000,
    forge: (forge, victim) => {
      forge(`DISCOVER,\n${line('')}`, victim(53));
    },
  },
  {
    name: 'pings and goodbyes every minute',
    every: minute,
    forge: (forge, victim) => {
      forge(`DISCOVER,\n${line(`,"ping":"${bits}","pong":"${bits}"`)}`, victim(53));
      forge(`DISCOVER,\n${line(',"leave":true')}`, victim(53));
    },
  },
  {
    name: 'gossip that names very many ports',
    every: hour,
    forge: (forge, victim, _member, most) => {
      forge(`DISCOVER,${ports(most).map(victim).join(',')}\n`, '10.67.0.1:1378');
    },
  },
  {
    name: 'gossip in the name of a member that names very many ports',
    every: hour,
    forge: (forge, victim, member, most) => {
      forge(`DISCOVER,${ports(most).map(victim).join(',')}\n${line('')}`, member);
    },
  },
  {
    name: 'gossip in the name of a member that names a port each minute',
    every: minute,
    forge: (forge, victim, member) => {
      forge(`DISCOVER,${victim(53)}\n${line('')}`, member);
    },
  },
  {
    name: 'gossip that names a port which then speaks version 1, in each period',
    every: period,
    forge: (forge, victim, member) => {
      forge(`DISCOVER,${victim(53)}\n`, member);
      forge('DISCOVER\n', victim(53));
    },
  },
  {
    name: 'Gets and Files every minute',
    every: minute,
    forge: (forge, victim, member) => {
      forge('DISCOVER\n', victim(53));
      for (const name of [member, 'everywhere', 'nothing']) {
        forge(`Get,${name}\n`, victim(53));
        forge(`Get,${name}\n{"v":2,"req":"${bits}"}\n`, victim(54));
      }
      forge('File,1,9\n', victim(53));
    },
  },
];

/** A victim: the bytes that were forged in its name, and those that the cluster sent to it. */
interface Victim {
  readonly attack: string;
  /** How often a datagram named an address of it. */
  named: number;
  forged: number;
  sent: number;
}

/** The longest name that a DISCOVER can carry, in bytes: a control character is written as six. */
const longestName = '\u0001'.repeat(64);

/** The bytes of a seal, which a hello to an address that a member of a sealed cluster names may have besides. */
const sealBytes = 45;

/**
 * Runs every attack, each on a victim of its own, once by one node of a cluster and once by all of them,
 * and counts for an hour what the cluster sends to the victims. If the cluster is sealed, the attacker has
 * its key.
 */
export async function amplification(
  size: number,
  period: number = defaultPeriod,
  isSealed = false,
): Promise<Victim[]> {
  const simulation = new Simulation(1);
  const { clock, network } = simulation;
  const lan = new MemoryLan(clock);
  const all = Array.from({ length: size }, (_, n) => `10.1.0.${n + 1}:1378`);
  for (const address of all) {
    const lanSocket = lan.open(address.split(':')[0]!);
    const options = { period, lan: lanSocket, files: ['everywhere'], name: longestName };
    const own = isSealed ? { seal: toySeal() } : {};
    await simulation.start(address, {
      ...{ ...options, ...own },
      members: all.slice(0, address === all[0] ? 0 : 1),
    });
  }
  expect(await simulation.untilComplete(3 * period)).toBeLessThan(3 * period);
  await clock.advance(period);

  const victims = new Map<string, Victim>();
  network.watch(({ to, bytes, from }) => {
    const victim = victims.get(to.split(':')[0]!);
    if (victim && all.includes(from)) victim.sent += bytes.length;
  });
  const stagger = 30_000;
  const encoder = new TextEncoder();
  const attacker = isSealed ? toySeal() : undefined;
  const made = (text: string, victim: Victim, host: string): Uint8Array => {
    const bytes = encoder.encode(text);
    const forged = attacker?.seal(bytes) ?? bytes;
    victim.forged += forged.length;
    victim.named += text.split(`,${host}:`).length - 1;
    return forged;
  };
  const start = (
    name: string,
    every: number,
    act: (victim: Victim, address: (port: number) => string) => void,
  ): void => {
    const host = `10.66.0.${victims.size + 1}`;
    const victim: Victim = { attack: name, named: 0, forged: 0, sent: 0 };
    victims.set(host, victim);
    // One attack after the other, so that none uses up what another one needs.
    const begin = clock.now() + victims.size * stagger;
    const again = (): void => {
      act(victim, (port) => `${host}:${port}`);
      if (clock.now() + every < begin + hour) clock.schedule(again, every);
    };
    clock.schedule(again, begin - clock.now());
  };
  const everyone = ['one', 'every'] as const;
  for (const whom of everyone) {
    const targets = whom === 'one' ? all.slice(-1) : all;
    for (const { name, every, forge } of attacksEach(period)) {
      start(`${name}, to ${whom} node`, every, (victim, address) => {
        for (const target of targets) {
          const member = all.find((other) => other !== target)!;
          const send: Forge = (text, from) => {
            network.forge(made(text, victim, hostOf(address(1))), from, target);
          };
          // A node remembers each of these addresses for hours.
          forge(send, address, member, whom === 'one' ? 1000 : 50);
        }
      });
    }
  }
  // An announcement is heard by every node.
  start('200 announcements', hour, (victim, address) => {
    const liar = lan.open(address(1).split(':')[0]!);
    for (const port of ports(200)) {
      const text = `DISCOVER,${address(port)}\n${line('')}`;
      void liar.announce(made(text, victim, hostOf(address(1))));
    }
  });
  // Searches of users must not send more to the victims.
  for (let left = hour + victims.size * stagger; left > 0; left -= 10 * minute) {
    void simulation.nodes.get(all.at(-1)!)!.find('nothing', { timeout: minute }).next();
    await clock.advance(10 * minute);
  }
  await simulation.end();
  return [...victims.values()];
}

/** The attacks that made a cluster send more than it may. */
export function tooMuch(victims: readonly Victim[], isSealed = false): string[] {
  const besides = isSealed ? sealBytes : 0;
  return victims
    .filter(({ named, forged, sent }) => sent > 3 * forged + besides * named + allowed)
    .map(({ attack, forged, sent }) => `${attack}: ${forged} bytes were forged, ${sent} sent`);
}
