import { ManualClock, MemoryNetwork } from '../src/testing/index.ts';
import { startUdpNode, type UdpNode, type UdpNodeOptions } from '../src/index.ts';

/** Some nodes on a network in memory, in virtual time. Datagrams take one millisecond. */
export class World {
  readonly clock: ManualClock = new ManualClock();
  readonly network: MemoryNetwork = new MemoryNetwork(this.clock);

  /** Starts a node at 127.0.0.1 that serves `files` from TCP port `port` + 10000. */
  start(
    port: number,
    options: Partial<UdpNodeOptions> & { readonly files?: readonly string[] } = {},
  ): Promise<UdpNode> {
    const { files = [], ...rest } = options;
    return startUdpNode({
      port,
      tcpPort: port + 10_000,
      hasFile: (filename) => files.includes(filename),
      clock: this.clock,
      transport: this.network.open({ host: '127.0.0.1', port }),
      ...rest,
    });
  }

  /** A peer that is driven by hand, at 127.0.0.1. */
  peer(port: number): {
    readonly received: string[];
    readonly send: (text: string, to: number) => void;
  } {
    const transport = this.network.open({ host: '127.0.0.1', port });
    const received: string[] = [];
    transport.onDatagram((datagram) => received.push(new TextDecoder().decode(datagram)));
    return {
      received,
      send: (text, to) =>
        void transport.send(new TextEncoder().encode(text), { host: '127.0.0.1', port: to }),
    };
  }
}

export const at = (port: number): string => `127.0.0.1:${port}`;
