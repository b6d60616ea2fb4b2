// Floods of real datagrams. Runs by itself, as it needs the machine.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundle, NodeProcess } from '../support/node-process.ts';
import type { ProgramOptions } from '../support/node-program.ts';
import type { Kind } from '../support/flood-program.ts';

let program = '';
let flood = '';
beforeAll(async () => {
  program = await bundle('node-program.ts');
  flood = await bundle('flood-program.ts');
});

const floods: readonly [Kind, senders: number, seconds: number][] = [
  ['junk', 1, 5],
  ['gets', 200, 3],
  ['discovers', 200, 3],
];

/** The most bytes by which a flood may make the node grow. Its speed is printed, not judged. */
const maxGrowth = 150e6;

describe('a flood of 50,000 datagrams a second', () => {
  it.each(floods)(
    'A flood of %s from %i senders for %i s leaves finding at work',
    async (kind, senders, seconds) => {
      const start = (options: Partial<ProgramOptions>): NodeProcess => {
        const node = new NodeProcess(program, {
          host: '127.0.0.1',
          discovery: false,
          ...options,
        });
        onTestFinished(() => node[Symbol.asyncDispose]());
        return node;
      };
      const target = start({ files: ['a'] });
      const { detail: address } = await target.waitFor('listens');
      const asker = start({ members: [address] });
      await asker.waitFor('listens');
      expect((await asker.ask('find a', 'found')).detail).toBe(address);
      const before = Number((await target.ask('memory', 'memory')).detail);
      const flooding = promisify(execFile)(process.execPath, [
        flood,
        kind,
        address.split(':')[1]!,
        String(senders),
        String(seconds),
      ]);
      const state = { over: false };
      void flooding.finally(() => (state.over = true));
      const times: number[] = [];
      while (!state.over) {
        const asked = performance.now();
        expect((await asker.ask('find a', 'found')).detail).toBe(address);
        times.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const { stdout: rate } = await flooding;
      const after = Number((await target.ask('memory', 'memory')).detail);
      process.stdout.write(
        `${kind} from ${senders}: ${rate}/s, finds ${times.length}, slowest ${Math.max(...times).toFixed(0)} ms, ` +
          `memory ${(before / 1e6).toFixed(0)} → ${(after / 1e6).toFixed(0)} MB\n`,
      );
      expect(after - before).toBeLessThan(maxGrowth);
    },
  );
});
