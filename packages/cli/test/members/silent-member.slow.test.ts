// Members that were killed: what `get`, `list` and `status` say of them, in real processes.
import { describe, expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { terminals, type Program } from '../support/program.ts';

/** Starts a node that the first one knows, and waits until that one has it in its list. */
async function joined(
  lab: Lab,
  first: { node: Program; address: string },
): Promise<{
  node: Program;
  address: string;
}> {
  const other = await lab.start(await lab.folder(), { cluster: first.address });
  await inTime(async () => {
    const before = first.node.stdout.length;
    first.node.type('list');
    await expect.poll(() => first.node.stdout.slice(before)).toMatch(/Cluster members:\n {2}.*\n/);
    expect(first.node.stdout.slice(before)).toContain(`. ${other.address}\n`);
  });
  return other;
}

describe.concurrent('a member that was killed', () => {
  it('A session names a killed member after a second, and its `get` ends long before `waiting`', async ({
    lab,
  }) => {
    const first = await lab.start(await lab.folder(), { env: { P2P_WAITING: '10000' } });
    await joined(lab, first);
    const dead = await joined(lab, first);
    await dead.node.kill();
    first.node.type('get missing.txt', 'quit');
    expect(await first.node.exit).toBe(1);
    const [notice = '', failure = '', ...rest] = first.node.wholeStderr.split('\n');
    // A busy machine may find others silent too, for a moment.
    expect(notice).toMatch(/^Asked 2 members: no answer from .* yet\.$/);
    expect(notice).toContain(dead.address);
    expect(failure).toMatch(/^Nobody who answers has "missing\.txt"\./);
    expect(failure).toContain(` ${dead.address}: no answer, not even to a ping.`);
    expect(rest).toEqual(['']);
  });

  it('`p2p get` beside a killed member ends long before `waiting`, and says that nobody who answers has the file', async ({
    lab,
  }) => {
    const first = await lab.start(await lab.folder());
    await joined(lab, first);
    const dead = await joined(lab, first);
    await dead.node.kill();
    const got = lab.run({
      args: ['get', 'missing.txt', '--peer', first.address, '--waiting', '10000'],
      cwd: await lab.folder(),
      env: { P2P_PORT: '0' },
    });
    got.endInput();
    expect(await got.exit).toBe(3);
    expect(got.stderr).toBe(
      `p2p: Nobody who answers has "missing.txt". ${dead.address}: no answer, not even to a ping.\n`,
    );
  });

  it('At a terminal `list` and `status` call a killed member silent, not heard', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const dead = await lab.start(await lab.folder());
    const node = lab.run({
      terminal: true,
      env: {
        ...{ P2P_PORT: '0', P2P_FOLDER: await lab.folder(), P2P_CLUSTER: dead.address },
        NO_COLOR: '1',
      },
    });
    await node.says("('quit' to exit)\n");
    await inTime(async () => {
      const before = node.stdout.length;
      node.type('status', 'nonsense');
      await expect.poll(() => node.stdout.slice(before)).toContain('Unknown command');
      expect(node.stdout.slice(before)).toContain('Cluster: 1 member, 1 heard.');
    });
    await dead.node.kill();
    const before = node.stdout.length;
    node.type('list', 'status', 'nonsense');
    await expect.poll(() => node.stdout.slice(before)).toContain('Unknown command');
    const said = node.stdout.slice(before);
    expect(said).toMatch(/ {2}1\. 127\.0\.0\.1:\d+ .* silent for \d+ s\n/);
    expect(said).toContain('Cluster: 1 member, 0 heard.');
    expect(said).toMatch(/\n127\.0\.0\.1:\d+ +\S+ +silent +2 /);
  });

  it('A session whose last member has left says who is gone, not that nobody is known', async ({
    lab,
  }) => {
    const first = await lab.start(await lab.folder());
    const other = await joined(lab, first);
    other.node.type('quit');
    expect(await other.node.exit).toBe(0);
    await inTime(async () => {
      const before = first.node.stdout.length;
      first.node.type('list');
      await expect.poll(() => first.node.stdout.slice(before)).toMatch(/ {2}.*\n/);
      expect(first.node.stdout.slice(before)).toContain('(none yet)');
    });
    first.node.type('get missing.txt');
    await first.node.says(
      `Nobody is there now. Left or fallen silent: ${other.address}.\n`,
      'stderr',
    );
  });
});
