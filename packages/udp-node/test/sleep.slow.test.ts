// A process that is stopped and goes on.
import { expect, it, onTestFinished } from 'vitest';
import { bundle, NodeProcess } from './support/node-process.ts';
import type { ProgramOptions } from './support/node-program.ts';

it.skipIf(process.platform === 'win32')(
  'A process that was stopped for longer than silence may last gives nobody up, and is heard again',
  async () => {
    const program = await bundle('node-program.ts');
    const run = async (members: readonly string[]): Promise<[NodeProcess, string]> => {
      const settings: ProgramOptions = { host: '127.0.0.1', period: 2000, discovery: false };
      const node = new NodeProcess(program, { ...settings, members });
      onTestFinished(() => node[Symbol.asyncDispose]());
      return [node, (await node.waitFor('listens')).detail];
    };
    const [sleeper, address] = await run([]);
    const [other] = await run([address]);
    await sleeper.waitFor('peer');
    await other.waitFor('heard');
    sleeper.signal('SIGSTOP');
    // After six periods.
    await other.waitFor('silent');
    sleeper.signal('SIGCONT');
    await expect.poll(() => other.all('heard')).toHaveLength(2);
    expect(sleeper.all('gone')).toEqual([]);
  },
);
