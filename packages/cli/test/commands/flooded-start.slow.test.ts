// What `p2p start --json` prints while a stranger asks for one long name after the other.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect } from 'vitest';
import { events } from '../support/guests.ts';
import { inTime, it } from '../support/lab.ts';

it('`p2p start --json` cuts the names that strangers ask for, shows some of a second, and counts the others', async ({
  lab,
}) => {
  const folder = await lab.folder();
  const args = ['start', '--json', '--folder', folder, '--log-level', 'debug'];
  const node = lab.run({ args, env: { P2P_PORT: '0' } });
  const [, address = ''] = await node.says(/"addresses":\["([^"]+)"/);
  const stranger = createSocket('udp4');
  try {
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const asked = 200;
    const name = '\u0001'.repeat(2000);
    for (let i = 0; i < asked; i += 1) {
      stranger.send(`Get,${name}\n`, Number(address.split(':')[1]), '127.0.0.1');
      if (i % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
    }
    await inTime(() => {
      expect(events(node).some(({ event }) => event === 'omitted')).toBe(true);
      expect(node.stderr).toContain('events were left out of=request');
      return Promise.resolve();
    });
    const requests = events(node).flatMap((event) => (event.event === 'request' ? [event] : []));
    expect(requests.length).toBeGreaterThanOrEqual(20);
    expect(requests[0]!.filename).toBe(`${'\u0001'.repeat(511)}…`);
    // 200 requests as they came would be 2.4 megabytes.
    expect(node.stdout.length).toBeLessThan(asked * 2000);
  } finally {
    stranger.close();
  }
});
