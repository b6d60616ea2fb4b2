// Sending and receiving in real processes: files, folders, a text and a pipe, accepted, declined and ignored.
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events } from '../support/guests.ts';
import { it, type Lab } from '../support/lab.ts';
import { terminals, unusedPort, type Program } from '../support/program.ts';

interface Receiver {
  readonly program: Program;
  readonly folder: string;
  readonly address: string;
}

/** Runs `p2p receive`, at a terminal unless it takes everything. */
async function receiving(lab: Lab, ...args: readonly string[]): Promise<Receiver> {
  const folder = await lab.folder();
  return { ...(await receivingIn(lab, folder, 0, ...args)), folder };
}

async function receivingIn(
  lab: Lab,
  folder: string,
  port: number,
  ...args: readonly string[]
): Promise<Omit<Receiver, 'folder'>> {
  const program = lab.run({
    args: ['receive', '--into', folder, '--name', 'desk', '--port', String(port), ...args],
    terminal: !args.includes('--yes'),
    env: { NO_COLOR: '1' },
  });
  if (args.includes('--json')) {
    const [, address = ''] = await program.says(/"ready","addresses":\["([^"]+)"/);
    return { program, address };
  }
  const [, address = ''] = await program.says(/at (\S+) until Ctrl-C/);
  await program.says('Open: ');
  return { program, address };
}

function sending(lab: Lab, cwd: string, peer: string, ...args: readonly string[]): Program {
  return lab.run({
    args: ['send', '--peer', peer, ...args],
    cwd,
    env: { P2P_PORT: '0', P2P_NAME: 'anna' },
  });
}

describe.concurrent('a send to a person', () => {
  it('A file, a folder and a text are asked for once, and are there after a yes', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const { program, folder, address } = await receiving(lab);
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'report.txt'), 'a report');
    await mkdir(join(cwd, 'photos', '2026'), { recursive: true });
    await writeFile(join(cwd, 'photos', '2026', 'one.jpg'), 'a photo');
    await writeFile(join(folder, 'report.txt'), 'was there');
    const text = 'look\u001b]0;owned\u0007: p2p> \nsecond';
    const what = ['report.txt', 'photos/', '--text', text, '--to', 'desk'];
    const sender = sending(lab, cwd, address, ...what);
    await program.says('"anna" at 127.0.0.1 (open: the name is only a claim) wants to send you');
    await program.says('Take it? Type y, n, or a');
    // Nothing is written before a yes.
    expect(await readdir(folder)).toEqual(['report.txt']);
    program.type('y');
    await program.says('Received "report.txt" (8 B) from "anna" (127.0.0.1), as "report (1).txt".');
    await program.says('Received folder "photos/" (7 B) from "anna" (127.0.0.1).');
    await program.says('  │ look\\u{1b}]0;owned\\u{7}: p2p> \n  │ second\n  └ 2 lines\n');
    expect(await sender.exit).toBe(0);
    expect(sender.stdout).toContain('Sent 3 things (');
    expect(await readFile(join(folder, 'report.txt'), 'utf8')).toBe('was there');
    expect(await readFile(join(folder, 'report (1).txt'), 'utf8')).toBe('a report');
    expect(await readFile(join(folder, 'photos', '2026', 'one.jpg'), 'utf8')).toBe('a photo');
    expect(program.stdout.match(/wants to send you/g)).toHaveLength(1);
    expect(program.stdout).not.toContain('\u0007');
  });

  it('A no writes nothing and is told; an always holds for the next send', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const { program, folder, address } = await receiving(lab);
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.txt'), 'a');
    await writeFile(join(cwd, 'b.txt'), 'b');
    const declined = sending(lab, cwd, address, 'a.txt', '--to', 'desk', '--json');
    await program.says('Take it?');
    program.type('n');
    expect(await declined.exit).toBe(4);
    expect(events(declined).at(-1)).toMatchObject({ event: 'send-result', state: 'declined' });
    expect(await readdir(folder)).toEqual([]);
    const accepted = sending(lab, cwd, address, 'a.txt', '--to', 'des');
    await program.says(/Take it\?[^]*Take it\?/);
    program.type('a');
    expect(await accepted.exit).toBe(0);
    const next = sending(lab, cwd, address, 'b.txt', '--to', 'desk');
    expect(await next.exit).toBe(0);
    await program.says('Taking "b.txt" (1 B) from "anna" (127.0.0.1), as always.');
    expect((await readdir(folder)).sort()).toEqual(['a.txt', 'b.txt']);
  });

  it('A send that is ignored ends at the sender’s wish, and its question is withdrawn', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const { program, folder, address } = await receiving(lab);
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.txt'), 'a');
    const sender = sending(lab, cwd, address, 'a.txt', '--to', 'desk', '--give-up-after', '2');
    await program.says('Take it?');
    expect(await sender.exit).toBe(6);
    expect(sender.stderr).toContain('has not answered');
    await program.says('"anna" (127.0.0.1) no longer offers "a.txt" (1 B).');
    program.type('y');
    await program.says('Nothing is asked just now');
    expect(await readdir(folder)).toEqual([]);
  });

  it('A session asks above its prompt, and commands work meanwhile', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.txt'), 'a');
    const port = await unusedPort();
    const session = lab.run({
      terminal: true,
      env: {
        ...{ P2P_PORT: String(port), P2P_FOLDER: folder, P2P_CLUSTER: '', NO_COLOR: '1' },
        P2P_NAME: 'desk',
      },
    });
    await session.says("('quit' to exit)\n");
    const sender = sending(lab, cwd, `127.0.0.1:${port}`, 'a.txt', '--to', 'desk');
    await session.says('Take it? Type y, n, or a');
    session.type('list');
    await session.says('Cluster members:');
    session.type('y');
    await session.says('Received "a.txt" (1 B) from "anna" (127.0.0.1).');
    expect(await sender.exit).toBe(0);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('a');
  });
});

describe.concurrent('a send without a person', () => {
  it('Standard input is sent as a file of a name, and --once ends after it', async ({ lab }) => {
    const { program, folder, address } = await receiving(lab, '--yes', '--once', '--json');
    const sender = sending(lab, folder, address, '-', '--name', 'log.txt', '--to', 'desk');
    sender.type('one line');
    sender.endInput();
    expect(await sender.exit).toBe(0);
    expect(await program.exit).toBe(0);
    expect(await readFile(join(folder, 'log.txt'), 'utf8')).toBe('one line\n');
    const kinds = events(program).map(({ event }) => event);
    expect(kinds).toContain('send-offered');
    expect(kinds).toContain('item-received');
  });

  it('What is not sent of a folder is said, and one who is named twice is asked once', async ({
    lab,
    skip,
  }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const { folder, address } = await receiving(lab, '--yes');
    const cwd = await lab.folder();
    await mkdir(join(cwd, 'odd'));
    await writeFile(join(cwd, 'odd', 'a.txt'), 'a');
    await symlink('a.txt', join(cwd, 'odd', 'link'));
    const sender = sending(lab, cwd, address, 'odd', '--to', 'desk', '--to', 'des');
    expect(await sender.exit).toBe(0);
    expect(sender.stderr).toContain('Not sent of "odd/":\n  1 symbolic link\n');
    expect(sender.stdout.match(/Sent "odd/g)).toHaveLength(1);
    expect(await readdir(join(folder, 'odd'))).toEqual(['a.txt']);
    const json = sending(lab, cwd, address, 'odd', '--to', 'desk', '--json');
    expect(await json.exit).toBe(0);
    expect(events(json)).toContainEqual({
      ...{ event: 'folder-problem', folder: 'odd/', path: ['link'] },
      ...{ kind: 'omitted', reason: 'a symbolic link' },
    });
  });

  it('Only the senders that are named are taken from', async ({ lab }) => {
    const { folder, address } = await receiving(lab, '--yes', '--from', 'ben,10.0.0.0/8');
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.txt'), 'a');
    expect(await sending(lab, cwd, address, 'a.txt', '--to', 'desk').exit).toBe(4);
    expect(await readdir(folder)).toEqual([]);
  });

  it('A service takes what its configuration allows, and says so in its log', async ({ lab }) => {
    const [folder, inbox, cwd] = [await lab.folder(), await lab.folder(), await lab.folder()];
    const accept = `accept:\n  from:\n    - 127.0.0.1\n  maxSize: 1k\n  into: ${inbox}\n`;
    await writeFile(join(cwd, 'config.yml'), `folder: ${folder}\nport: 0\nname: desk\n${accept}`);
    const service = lab.run({ args: ['start'], cwd, env: { P2P_CLUSTER: '' } });
    const [, address = ''] = await service.says(/UDP (\S+),/);
    const from = await lab.folder();
    await writeFile(join(from, 'small.txt'), 'small');
    await writeFile(join(from, 'large.txt'), 'x'.repeat(1001));
    expect(await sending(lab, from, address, 'large.txt', '--to', 'desk').exit).toBe(4);
    expect(await sending(lab, from, address, 'small.txt', '--to', 'desk').exit).toBe(0);
    expect(await readdir(inbox)).toEqual(['small.txt']);
    await service.says(/info {4}a file was received from=anna address=127\.0\.0\.1/, 'stderr');
  });

  it('A node that takes no sends is told from one that declines', async ({ lab }) => {
    const { address } = await lab.start(await lab.folder(), { env: { P2P_NAME: 'desk' } });
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.txt'), 'a');
    const sender = sending(lab, cwd, address, 'a.txt', '--to', 'desk');
    expect(await sender.exit).toBe(5);
    expect(sender.stderr).toContain('takes no sends');
  });

  it('A receiver that is killed and started again goes on with what it has', async ({ lab }) => {
    const folder = await lab.folder();
    const port = await unusedPort();
    const { program, address } = await receivingIn(lab, folder, port, '--yes', '--json');
    const cwd = await lab.folder();
    const content = Buffer.alloc(12_000_000, 'peerlane ');
    await writeFile(join(cwd, 'large.bin'), content);
    const sender = sending(lab, cwd, address, 'large.bin', '--to', 'desk', '--limit-upload', '3M');
    await program.says(/"item-progress".*"received":[3-9]\d{6},/);
    await program.kill();
    await sender.says('is away, waiting; Ctrl-C stops', 'stderr');
    const again = await receivingIn(lab, folder, port, '--yes', '--json');
    expect(await sender.exit).toBe(0);
    const begin = /"item-progress".*"received":(\d+),/.exec(again.program.stdout)?.[1];
    expect(Number(begin)).toBeGreaterThan(1_000_000);
    expect(content.equals(await readFile(join(folder, 'large.bin')))).toBe(true);
  });

  it('What cannot be sent is named before anything starts', async ({ lab }) => {
    const cwd = await lab.folder();
    await mkdir(join(cwd, 'sub'));
    for (const path of ['a.txt', 'sub/a.txt']) await writeFile(join(cwd, path), 'a');
    const failed = async (...args: readonly string[]): Promise<string> => {
      const sender = sending(lab, cwd, '127.0.0.1:1', ...args);
      sender.endInput();
      expect(await sender.exit).toBe(2);
      return sender.stderr;
    };
    expect(await failed('no.txt', '--to', 'desk')).toBe(
      'p2p: There is no file or folder "no.txt"\n',
    );
    expect(await failed('a.txt/', '--to', 'desk')).toContain('"a.txt/" is not a folder');
    expect(await failed('a.txt', 'sub/a.txt', '--to', 'desk')).toContain('are called "a.txt"');
    expect(await failed('--to', 'desk')).toContain('Expected a file, a folder, - or --text');
    expect(await failed('a.txt')).toContain('add --to NAME');
    const receiver = lab.run({ args: ['receive'] });
    receiver.endInput();
    expect(await receiver.exit).toBe(2);
    expect(receiver.stderr).toContain('add --yes');
  });
});
