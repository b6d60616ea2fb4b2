// The options that a node, a search and the test kit refuse, and the errors.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openUdpTransport, startUdpNode, systemClock, type UdpNodeOptions } from '../src/index.ts';
import { ManualClock, MemoryNetwork } from '../src/testing/index.ts';
import { toySeal } from './support/toy-seal.ts';
import { World } from './support/world.ts';

describe('the options of a node', () => {
  const good = { tcpPort: 1, hasFile: () => false };

  it.each<[string, object]>([
    ['hasFile: expected a function, got undefined', { hasFile: undefined }],
    ['members: expected an array of texts such as "127.0.0.1:1378", got ', { members: 'a:1' }],
    ['members: expected an array of texts such as "127.0.0.1:1378", got [ 5 ]', { members: [5] }],
    ['protocol: expected 1 or 2, got 3', { protocol: 3 }],
    ['port: expected a number from 0 to 65535, got 70000', { port: 70_000 }],
    ['port: expected a number from 0 to 65535, got -1', { port: -1 }],
    ['port: expected a port, an integer, got 1.5', { port: 1.5 }],
    ['port: expected a port, an integer, got NaN', { port: NaN }],
    ["port: expected a port, an integer, got '1378'", { port: '1378' }],
    ['tcpPort: expected a number from 1 to 65535, got 0', { tcpPort: 0 }],
    ['tcpPort: expected a port, an integer, got undefined', { tcpPort: undefined }],
    ...[5, 99, 0, -1, NaN, Infinity].map((period): [string, object] => [
      `period: expected a number of milliseconds from 100 to 9007199254740991, got ${period}`,
      { period },
    ]),
    ["guest: expected a boolean, got 'yes'", { guest: 'yes' }],
    ["discovery: expected a boolean, got 'no'", { discovery: 'no' }],
    ['lookup: expected a function, got 7', { lookup: 7 }],
    ['allow: expected a function, got []', { allow: [] }],
    [
      'rate.perSecond: expected a number, at least 0, got NaN',
      { rate: { perSecond: NaN, burst: 1 } },
    ],
    ['rate.burst: expected a number, at least 1, got undefined', { rate: { perSecond: 1 } }],
    ['seal: expected an object with overhead, seal and open, got null', { seal: null }],
    ['seal: expected an object with overhead, seal and open, got {}', { seal: {} }],
    [
      'seal.overhead: expected a number from 0 to 256, got 257',
      { seal: { ...toySeal(), overhead: 257 } },
    ],
    [
      'protocol: expected 2 beside seal, for version 1 is never sealed, got 1',
      { seal: toySeal(), protocol: 1 },
    ],
    ['name: expected at most 64 characters and at least one', { name: '' }],
    ['host: expected an IP address or a name, such as 127.0.0.1, got "1.2.3"', { host: '1.2.3' }],
    ['expected an address', { members: ['nowhere'] }],
  ])('A node is not started with a bad option: %s', async (message, wrong) => {
    let bound = false;
    const transport = {
      get address() {
        bound = true;
        throw new Error('bound');
      },
    };
    const options = { ...good, ...wrong, transport } as unknown as UdpNodeOptions;
    await expect(startUdpNode(options)).rejects.toThrow(message);
    expect(bound).toBe(false);
  });

  it.each([70_000, -1, 1.5, NaN])('No socket is opened on port %s', async (port) => {
    await expect(openUdpTransport({ host: '127.0.0.1', port })).rejects.toThrow(RangeError);
  });
});

describe('a search is refused', () => {
  it('A search is refused with a bad timeout or end, and without a filename', async () => {
    const node = await new World().start(1378);
    for (const timeout of [NaN, -1, '5' as unknown as number])
      expect(() => node.find('a', { timeout })).toThrow(
        'timeout: expected a number of milliseconds, at least 0',
      );
    expect(() => node.find('a', { until: 'last' as 'first' })).toThrow(
      "until: expected 'first' or 'timeout', got 'last'",
    );
    expect(() => node.find('')).toThrow('expected the name of a file, got ""');
  });
});

describe('the clock of this machine', () => {
  afterEach(() => vi.useRealTimers());

  it('The system clock waits for months, or for ever', () => {
    vi.useFakeTimers();
    const ran: string[] = [];
    const schedule = (name: string, delay: number): { cancel(): void } =>
      systemClock.schedule(() => ran.push(name), delay);
    const day = 86_400_000;
    schedule('never', Infinity).cancel();
    schedule('never', Infinity);
    schedule('60 days', 60 * day);
    schedule('called off', 60 * day).cancel();
    const late = schedule('called off late', 60 * day);
    vi.advanceTimersByTime(59 * day);
    late.cancel();
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(day - 1);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['60 days']);
    expect(vi.getTimerCount()).toBe(0);
    expect(() => schedule('', NaN)).toThrow(RangeError);
  });
});

describe('the test kit refuses', () => {
  it.each([{ loss: 5 }, { loss: NaN }, { duplication: -1 }, { delay: -1 }, { jitter: Infinity }])(
    'The test kit refuses a network with %j',
    (options) => {
      expect(() => new MemoryNetwork(new ManualClock(), options)).toThrow(RangeError);
    },
  );

  it('The test kit refuses to go back in time', async () => {
    const clock = new ManualClock();
    await expect(clock.advance(-5)).rejects.toThrow('ms: expected a number of milliseconds from 0');
    await expect(clock.advance(NaN)).rejects.toThrow(RangeError);
    expect(() => clock.schedule(() => undefined, NaN)).toThrow(RangeError);
  });
});
