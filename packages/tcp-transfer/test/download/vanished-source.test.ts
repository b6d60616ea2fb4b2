// Sources whose machines vanished after they had offered the file: connecting to them just hangs.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { download as anyDownload, type Connect } from '../../src/index.ts';
import type { Source } from '../../src/swarm/swarm-options.ts';
import { cannedServer, eventually, header, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { download, expectFile, Losses, piece, sharing } from '../support/peers.ts';

const content = randomBytes(3 * piece + 17);

/** Connects by TCP, except to ports 1 and 2, which do not answer; records what was asked and what ended. */
class HalfDeadNetwork {
  readonly clock = new ManualClock();
  readonly asked: number[] = [];
  /** The ports of vanished machines to which a connection is still being made. */
  readonly hanging: number[] = [];

  readonly connect: Connect = async (address, signal) => {
    this.asked.push(address.port);
    if (address.port > 2) {
      const socket = createConnection(address);
      await once(socket, 'connect');
      return socket;
    }
    this.hanging.push(address.port);
    await once(signal, 'abort');
    this.hanging.splice(this.hanging.indexOf(address.port), 1);
    throw signal.reason;
  };

  /** Waits until a port was asked. */
  async until(port: number): Promise<void> {
    await eventually(() => this.asked.includes(port) || undefined);
  }
}

function sourcesAt(...ports: readonly number[]): Source[] {
  return ports.map((port) => ({ address: { host: '127.0.0.1', port } }));
}

describe('a source whose machine has vanished', () => {
  it('The next source is asked a second after a source that does not answer', async () => {
    const network = new HalfDeadNetwork();
    const { address } = await sharing({ file: content });
    const into = await temporaryFolder();
    const losses = new Losses();
    const { clock, connect } = network;
    const running = download({
      ...{ sources: sourcesAt(1, address.port), into, clock, connect },
      onLost: losses.onLost,
    });
    await network.until(1);
    clock.advance(999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(network.asked).toEqual([1]);
    clock.advance(1);
    await running;
    await expectFile(into, content);
    expect(losses.all).toEqual([]);
    expect(network.hanging).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('Each second another source is asked until one answers', async () => {
    const network = new HalfDeadNetwork();
    const { address } = await sharing({ file: content });
    const into = await temporaryFolder();
    const { clock, connect } = network;
    const running = download({ sources: sourcesAt(1, 2, address.port), into, clock, connect });
    await network.until(1);
    clock.advance(1000);
    await network.until(2);
    clock.advance(1000);
    await running;
    await expectFile(into, content);
    expect(network.hanging).toEqual([]);
  });

  it('A source that vanishes does not hold up the end of a download that another one delivers', async () => {
    const network = new HalfDeadNetwork();
    const { address } = await sharing({ file: content });
    const into = await temporaryFolder();
    const losses = new Losses();
    const { clock, connect } = network;
    await download({
      ...{ sources: sourcesAt(address.port, 1), into, clock, connect },
      onLost: losses.onLost,
    });
    await expectFile(into, content);
    expect(network.asked).toEqual([address.port, 1]);
    expect(losses.all).toEqual([]);
    expect(network.hanging).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('A source of version 1 that does not answer holds up the next one for a second', async () => {
    const network = new HalfDeadNetwork();
    const address = await cannedServer(
      Buffer.concat([Buffer.from(header(`${content.length}`, 'file')), content]),
    );
    const into = await temporaryFolder();
    const losses = new Losses();
    const { clock, connect } = network;
    const running = anyDownload({
      sources: sourcesAt(1, address.port).map((source) => ({ ...source, version: 1 as const })),
      ...{ filename: 'file', into, clock, connect, onLost: losses.onLost },
    });
    await network.until(1);
    clock.advance(1000);
    await running;
    await expectFile(into, content);
    expect(losses.all).toEqual([]);
    expect(network.hanging).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
