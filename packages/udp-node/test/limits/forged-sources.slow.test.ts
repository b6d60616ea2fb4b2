// Real nodes in network namespaces, and datagrams with forged sources.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Cable } from '../support/namespaces.ts';
import { bundle, NodeProcess } from '../support/node-process.ts';

/** Forged sources need a raw socket, which Node does not have. */
function impossible(): string | undefined {
  const noCable = Cable.impossible();
  if (noCable !== undefined) return noCable;
  try {
    execFileSync('python3', ['-c', 'import socket'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no python3';
  }
}

const reason = impossible();
if (reason !== undefined) process.stdout.write(`Skipped: forged sources (${reason})\n`);

const period = 200;
const victim = '10.77.9.99';
const ports = [53, ...Array.from({ length: 100 }, (_, n) => 2000 + n)];
const bits = '0123456789abcdef';

/** The datagrams that are forged to each node, by the port of the victim. */
const forged: readonly (readonly [port: number, text: string])[] = [
  [53, 'DISCOVER\n'],
  [2000, `DISCOVER,\n{"v":2,"id":"${bits}","ping":"${bits}","period":3600000}\n`],
  [2001, `DISCOVER,\n{"v":2,"id":"${bits}"}\n`],
  [2002, `DISCOVER,\n{"v":2,"id":"${bits}","leave":true}\n`],
  [2003, `DISCOVER,${ports.map((port) => `${victim}:${port}`).join(',')}\n`],
  [2004, 'Get,a\n'],
  [2005, `Get,a\n{"v":2,"req":"${bits}"}\n`],
  [2006, `Get,b\n{"v":2,"req":"${bits}"}\n`],
];

describe.skipIf(reason !== undefined)('a machine in whose name datagrams are forged', () => {
  let [node, counter] = ['', ''];
  beforeAll(async () => {
    node = await bundle('node-program.ts');
    counter = await bundle('count-program.ts');
  });

  it('Real nodes send a machine at most three times the bytes that are forged in its name', async () => {
    const cable = new Cable();
    onTestFinished(() => cable[Symbol.dispose]());
    cable.address(1, `${victim}/24`);
    const run = (program: string, options: object, side: 0 | 1): NodeProcess => {
      const started = new NodeProcess(program, options, cable.within(side));
      onTestFinished(() => started[Symbol.asyncDispose]());
      return started;
    };
    const listening = run(counter, { ports }, 1);
    await listening.waitFor('listens');
    const addresses: string[] = [];
    const nodes: NodeProcess[] = [];
    for (let n = 1; n <= 4; n += 1) {
      const host = `10.77.9.${n}`;
      cable.address(0, `${host}/24`);
      const options = {
        host,
        period,
        discovery: false,
        files: ['a'],
        members: addresses.slice(0, 1),
      };
      const started = run(node, options, 0);
      addresses.push((await started.waitFor('listens')).detail);
      nodes.push(started);
    }
    // Every node knows the first one from the start.
    for (const [n, each] of nodes.entries()) {
      for (const other of addresses.slice(1)) {
        if (other !== addresses[n]) await each.waitFor('peer', other);
      }
    }

    const [command, ...args] = cable.within(0);
    const script = fileURLToPath(new URL('../support/forge.py', import.meta.url));
    const forger = spawn(command!, [...args, 'python3', script], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    onTestFinished(() => void forger.kill());
    let bytes = 0;
    for (const address of addresses) {
      const [host, port] = address.split(':');
      const to = { host, port: Number(port) };
      for (const [from, text] of forged) {
        bytes += text.length;
        forger.stdin.write(`${JSON.stringify({ from: { host: victim, port: from }, to, text })}\n`);
      }
    }
    forger.stdin.end();
    expect(await once(forger, 'exit')).toEqual([0, null]);
    // An offer comes last, after ten seconds: many periods.
    const came = async (): Promise<number[]> =>
      (await listening.ask('count', 'came')).detail.split(' ').map(Number);
    await expect
      .poll(async () => (await came())[1], { timeout: 50_000, interval: 500 })
      .toBe(2 * addresses.length);
    const [sent] = await came();
    process.stdout.write(`${bytes} bytes were forged, ${sent} sent\n`);
    expect(sent).toBeGreaterThan(bytes / 2);
    expect(sent).toBeLessThanOrEqual(3 * bytes);
  });
});
