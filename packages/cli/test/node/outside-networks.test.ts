// A node opens no connection out of the networks that it may send to.
import { expect, it } from 'vitest';
import { createNode, type DatagramTransport, type Receive } from '../../src/node/index.ts';

const outside = { host: '203.0.113.9', port: 1379 };
const member = { host: '127.0.0.9', port: 1379 };

/** A transport that sends nothing: `onGet` is called with each Get that would have gone out. */
function transportOf(
  onGet: (text: string, receive: (text: string, from: typeof member) => void) => void,
): DatagramTransport {
  let receive: Receive = () => undefined;
  return {
    address: { host: '127.0.0.1', port: 1378 },
    onDatagram: (listener) => (receive = listener),
    send: (bytes) => {
      const text = Buffer.from(bytes).toString();
      if (text.startsWith('Get')) onGet(text, (answer, from) => receive(Buffer.from(answer), from));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

it.each([1, 2] as const)(
  'A File forged from outside of the allowed networks leads to no connection in version %i',
  async (protocol) => {
    const reached: string[] = [];
    const transport = transportOf((text, receive) => {
      const req = /"req":"(\w+)"/.exec(text)?.[1];
      const line = req === undefined ? '' : `{"v":2,"req":"${req}","size":1}\n`;
      for (const from of [outside, { ...outside, host: '2001:db8::9' }, member])
        receive(`File,1,33680\n${line}`, from);
    });
    await using node = createNode({
      ...{ transport, protocol, discovery: false, timeout: 1000 },
      members: ['127.0.0.9:1379', '203.0.113.9:1379', '[2001:db8::9]:1379'],
      connect: ({ host }) => {
        reached.push(host);
        return Promise.reject(new Error('this test opens no connection'));
      },
    });
    await node.start();
    await expect(node.get('a.txt')).rejects.toThrow('this test opens no connection');
    expect(new Set(reached)).toEqual(new Set([member.host]));
  },
);
