// The session at a terminal: keys, completion, colours and questions, in real processes.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { terminals, type Program } from '../support/program.ts';

const controlC = '\u0003';
const controlD = '\u0004';
const prompt = "('quit' to exit)\n";

/** Runs a node at a terminal that asks no questions. */
async function atTerminal(
  lab: Lab,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const node = lab.run({
    terminal: true,
    env: { P2P_PORT: '0', P2P_FOLDER: folder, P2P_CLUSTER: '', NO_COLOR: '1', ...env },
  });
  await node.says(prompt);
  return node;
}

describe.concurrent('at a terminal', () => {
  it('Ctrl-D ends the node, also as the first key', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder());
    node.press(controlD);
    expect(await node.exit).toBe(0);
  });

  it('Ctrl-D ends the program while it asks a question', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const first = lab.run({ terminal: true });
    await first.says('Enter the folder');
    first.press(controlD);
    expect(await first.exit).toBe(0);
    const second = lab.run({ terminal: true, env: { P2P_FOLDER: await lab.folder() } });
    await second.says('Enter your cluster members');
    second.press(controlD);
    expect(await second.exit).toBe(0);
    expect(second.stdout).not.toContain(prompt);
  });

  it('A person can type commands during a download, and leave', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder(), { P2P_CLUSTER: '127.0.0.1:1' });
    node.type('get nothing.txt', 'list');
    await node.says('Cluster members:\n  1. 127.0.0.1:1\n');
    node.press(controlD);
    expect(await node.exit).toBe(0);
    expect(node.stdout).not.toContain('Nobody delivered');
  });

  it('One of several downloads can be cancelled, and a bare file name says how to get it', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder(), { P2P_CLUSTER: '127.0.0.1:1' });
    node.type('cancel');
    await node.says('No download is running.');
    node.type('get a.txt', 'get "b c.txt"', 'cancel nothing.txt');
    await node.says('"nothing.txt" is not being downloaded. Running: a.txt, b c.txt.');
    node.type('cancel a.txt');
    await node.says('Cancelled: "a.txt".');
    expect(node.stdout).not.toContain('Cancelled: "b c.txt".');
    node.type('cancel');
    await node.says('Cancelled: "b c.txt".');
    node.type('report.pdf');
    await node.says('Unknown command "report.pdf". To get a file of that name: get report.pdf.');
    node.type('quit');
    expect(await node.exit).toBe(0);
  });

  it('A node says goodbye when its window is closed', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    // Within an hour nobody is given up for being silent.
    const args = ['start', '--folder', await lab.folder(), '--port', '0', '--period', '3600'];
    const other = lab.run({ args });
    const [, address = ''] = await other.says(/UDP (\S+),/);
    const env = { P2P_PORT: '0', P2P_FOLDER: await lab.folder(), P2P_CLUSTER: address };
    const node = lab.run({ terminal: true, env });
    await other.says('a member has joined', 'stderr');
    // Each has heard the other by then: a goodbye of anybody else does not count.
    node.type('status');
    await node.says('1 heard.');
    await node.kill();
    await other.says('a member has left', 'stderr');
  });

  it('A folder may begin with ~, and the fault of a wrong one is explained', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'file'), '');
    const node = lab.run({ terminal: true, env: { HOME: folder, NO_COLOR: '1' } });
    node.type('', '"~/no"', join(folder, 'no'), join(folder, 'file'), '~/no', '  ~  ', 'x:');
    await node.says('Enter your cluster members');
    await node.says("'q' to finish.\n");
    for (const message of [
      'Expected the path of a folder, such as /home/user/shared.\n',
      `There is no folder "${join(folder, 'no')}".\n`,
      `"${join(folder, 'file')}" is not a folder.\n`,
      `There is no folder "${join(folder, 'no')}".\n`,
      '"x:" is not an address: expected HOST or HOST:PORT, such as 192.168.1.7 or node2:1378, or \'q\' to finish.\n',
    ]) {
      expect(node.stdout).toContain(message);
    }
    expect(homedir()).not.toBe(folder);
  });

  it('A folder may be typed in quotes or with backslashes, and Tab completes it', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await mkdir(join(folder, 'my folder'));
    for (const typed of ['"my folder"', "'my folder'", 'my\\ folder ', 'my folder']) {
      const node = lab.run({ terminal: true, cwd: folder, env: { NO_COLOR: '1', P2P_PORT: '0' } });
      node.type(typed, 'q');
      await node.says(`Sharing 0 files from ${join(folder, 'my folder')}\n`);
    }
    const node = lab.run({ terminal: true, cwd: folder, env: { NO_COLOR: '1', P2P_PORT: '0' } });
    await node.says('Enter the folder');
    node.press('"my');
    await node.says('"my');
    node.press('\t');
    await node.says('"my folder/');
    node.press('"\rq\r');
    await node.says(`Sharing 0 files from ${join(folder, 'my folder')}\n`);
  });

  it('A terminal that knows no escape sequences has a prompt, and shows none', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'mine.txt'), 'mine');
    const node = lab.run({
      terminal: true,
      env: { TERM: 'dumb', P2P_PORT: '0', P2P_FOLDER: folder, P2P_CLUSTER: '' },
    });
    await node.says(`Sharing 1 file (4 B) from ${folder}\n`);
    const [, address] = await node.says(/Listening on (\S+)\n[^]*\('quit' to exit\)\np2p> /);
    const asker = await lab.start(await lab.folder(), { cluster: address! });
    asker.node.type('get mine.txt');
    await node.says(/p2p> \nSent "mine\.txt" \(4 B\) to .*\.\np2p> $/);
    node.type('nonsense');
    await node.says(/Unknown command "nonsense"\..*\np2p> $/);
    node.press(controlD);
    expect(await node.exit).toBe(0);
    expect(node.stdout).not.toContain('\u001b');
    expect(node.stdout.endsWith('p2p> \n')).toBe(true);
  });

  it('Tab completes the downloads that `cancel` can stop, and no others', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder(), { P2P_CLUSTER: '127.0.0.1:1' });
    node.type('get report of may.pdf', 'get report of june.pdf', 'list');
    await node.says('1. 127.0.0.1:1');
    // Readline takes a Tab that comes with other characters for pasted text.
    for (const [keys, shown] of [
      ['can', 'can'],
      ['\t', 'cel '],
      ['rep', 'rep'],
      ['\t', 'ort of '],
      ['m', 'm'],
      ['\t', 'ay.pdf'],
      ['\r', 'Cancelled'],
    ] as const) {
      const before = node.stdout.length;
      node.press(keys);
      await expect.poll(() => node.stdout.slice(before)).toContain(shown);
    }
    await node.says('Cancelled: "report of may.pdf".');
    node.type('cancel nothing');
    await node.says(/"nothing" is not being downloaded\. .*: report of june\.pdf\.\n/);
    node.type('cancel', 'cancel');
    await node.says('No download is running.');
  });

  it('A bare name that somebody shares says how to get it, with and without an extension', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    for (const name of ['Makefile', 'lost', 'two words']) await writeFile(join(folder, name), '');
    const holder = await lab.start(folder);
    const node = await atTerminal(lab, await lab.folder(), { P2P_CLUSTER: holder.address });
    for (const name of ['Makefile', 'lost', 'two words'])
      await inTime(async () => {
        const before = node.stdout.length;
        node.type(name, 'cancel');
        await expect.poll(() => node.stdout.slice(before)).toContain('No download is running.');
        expect(node.stdout.slice(before)).toContain(
          `Unknown command "${name}". To get a file of that name: get ${name}. `,
        );
      });
    node.type('Makefiles', 'lits');
    await node.says(/Unknown command "Makefiles"\. [\w ]+: list, /);
    await node.says(/Unknown command "lits"\. Did you mean "list"\? [\w ]+: list, /);
  });

  it('Blanks around a name are ignored, and each of several downloads is named', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const [one, other] = [await lab.folder(), await lab.folder()];
    await mkdir(join(one, 'sub'));
    await writeFile(join(one, 'a.txt'), 'a');
    await writeFile(join(one, 'sub', 'b c.txt'), 'b');
    const holder = await lab.start(one);
    const node = await atTerminal(lab, other, { P2P_CLUSTER: holder.address });
    node.type('  get   a.txt ', 'get b c.txt', 'get  ');
    await node.says('Expected a file name: get <filename>.\n');
    await node.says(/Received file completely!\n[^]*Received file completely!\n/);
    expect(node.stdout).toMatch(/Received file completely!\n[^]*Saved as "(a|b c)\.txt"\.\n/);
    node.type('quit');
    expect(await node.exit).toBe(0);
  });

  it('A command that failed does not change the exit code at a terminal', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder());
    node.type('nonsense', 'quit');
    expect(await node.exit).toBe(0);
    expect(node.stdout).toContain('Unknown command "nonsense".');
  });

  it('Lines can be completed, recalled and edited below the output', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const [one, other] = [await lab.folder(), await lab.folder()];
    await writeFile(join(other, 'mine.txt'), 'm');
    await writeFile(join(one, 'report of may.pdf'), 'r');
    await writeFile(join(one, 'hostile \u001b[2J.pdf'), '');
    const holder = await lab.start(one);
    const node = await atTerminal(lab, other, { P2P_CLUSTER: holder.address });
    await node.says('p2p> ');
    node.press('sea');
    await node.says('sea');
    node.press('\t');
    await node.says('search ');
    node.press('\r');
    await node.says(/hostile \\u\{1b\}\[2J\.pdf[^]*report of may\.pdf/);
    node.press('get re');
    await node.says('get re');
    // A peer gets a file of this node while a person types.
    holder.node.type('get mine.txt');
    await node.says(/Sending "mine\.txt"[^]*Sent "mine\.txt"[^]*p2p> get re/);
    node.press('\t');
    await node.says(/p2p> get re\S*port of may\.pdf/);
    node.press('\r');
    await node.says('Received file completely!');
    expect(await readFile(join(other, 'report of may.pdf'), 'utf8')).toBe('r');
    const before = node.stdout.length;
    node.press('\u001b[A');
    await node.says('p2p> get report of may.pdf');
    node.press('\r');
    await node.says('You already had this file: "report of may.pdf".');
    expect(node.stdout.slice(before)).toContain('p2p> get report of may.pdf');
    node.type('quit');
    expect(await node.exit).toBe(0);
  });

  it('A person sees the names of members, and who gets which file', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'mine.txt'), 'mine');
    const asker = await lab.start(await lab.folder(), { env: { P2P_NAME: 'garden\u202e' } });
    const node = await atTerminal(lab, folder, { P2P_CLUSTER: asker.address });
    await inTime(async () => {
      node.type('list');
      await node.says(/Cluster members:\n[^]*1\. /);
      expect(node.stdout).toContain(`1. ${asker.address}  garden\\u{202e}\n`);
    });
    // A list of the files is not worth a line.
    asker.node.type('search');
    await asker.node.says('mine.txt');
    expect(node.stdout).not.toContain('mine.txt');
    asker.node.type('get mine.txt');
    await node.says('Sending "mine.txt" (4 B) to garden\\u{202e} (127.0.0.1).\n');
    await node.says('Sent "mine.txt" (4 B) to garden\\u{202e} (127.0.0.1).\n');
    expect(node.stdout).not.toContain('client has connected');
  });

  it('Ctrl-C cancels downloads first, and then ends the session', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder(), { P2P_CLUSTER: '127.0.0.1:1' });
    node.type('get nothing.txt', 'list');
    await node.says('Cluster members:\n  1. 127.0.0.1:1\n');
    node.press(controlC);
    await node.says('Cancelled: "nothing.txt".');
    node.type('list');
    await node.says(/Cluster members:[^]*Cluster members:/);
    node.press(controlC);
    expect(await node.exit).toBe(0);
  });

  it('Ctrl-C does the same at a terminal that knows no escape sequences', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const env = { P2P_CLUSTER: '127.0.0.1:1', TERM: 'dumb' };
    const node = await atTerminal(lab, await lab.folder(), env);
    node.type('get nothing.txt', 'list');
    await node.says(/Cluster members:\n {2}1\. 127\.0\.0\.1:1\b.*\np2p> /);
    node.press(controlC);
    await node.says(/Cancelled: "nothing\.txt"\..*\np2p> $/);
    node.type('list');
    await node.says(/Cluster members:[^]*Cluster members:[^]*\np2p> $/);
    node.press(controlC);
    expect(await node.exit).toBe(0);
  });

  it('Ctrl-C ends p2p get with code 130', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const args = ['get', 'a.txt', '--peer', `127.0.0.1:${silent.address().port}`];
    const got = lab.run({ terminal: true, args });
    await once(silent, 'message');
    silent.close();
    got.press(controlC);
    expect(await got.exit).toBe(130);
  });

  it('The session has search, status and help, and suggests commands for misspelt ones', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a');
    const node = await atTerminal(lab, folder, { P2P_NAME: 'desk' });
    await node.says(`Sharing 1 file (1 B) from ${folder}\n`);
    await node.says('Only this machine reaches 127.0.0.1: share with your network by p2p --lan\n');
    node.type('help', 'status', 'search', 'serach');
    await node.says(/ {2}search \[text\] +the files and folders in the cluster\n/);
    await node.says(
      /This node: desk, UDP 127\.0\.0\.1:\d+, TCP port \d+\.\nSharing 1 file \(1 B\) from /,
    );
    await node.says('No member lists a file or a folder.\n');
    await node.says('Unknown command "serach". Did you mean "search"?');
    node.type('quit');
    expect(await node.exit).toBe(0);
  });

  it('Files that others hide by their names are counted in one line, and status names them', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await mkdir(join(folder, 'sub'));
    for (const name of ['a.txt', 'b.txt', 'c.txt']) {
      await writeFile(join(folder, name), '');
      await writeFile(join(folder, 'sub', name), '');
    }
    const node = await atTerminal(lab, folder);
    const line =
      "3 files are not shared by themselves, because other files have their names: 'status' names them.\n";
    expect(node.stdout.split('not shared')).toHaveLength(2);
    expect(node.stdout).toContain(line);
    node.type('status');
    await node.says('Not shared by themselves, because other files have their names:\n');
    await node.says('  sub/c.txt (c.txt is shared)\n');
  });

  it('The session understands exit, ? and ls', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder());
    node.type('?', 'ls', 'exit');
    expect(await node.exit).toBe(0);
    expect(node.stdout).toMatch(/ {2}quit +stop sharing and leave\n/);
    expect(node.stdout).toContain('Cluster members:\n  (none yet)\n');
  });

  it('Colours can be turned off', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const red = '\u001b[31mUnknown command "x".';
    const env = { P2P_PORT: '0', P2P_FOLDER: await lab.folder(), P2P_CLUSTER: '' };
    for (const [args, colors] of [
      [[], true],
      [['--no-color'], false],
    ] as const) {
      const node = lab.run({ terminal: true, args, env });
      node.type('x');
      await node.says('Unknown command "x".');
      expect(node.stdout.includes(red)).toBe(colors);
    }
  });

  it('A session warns before it shares the home folder', async ({ lab }) => {
    const folder = await lab.folder();
    const { node } = await lab.start(folder, { env: { HOME: folder, USERPROFILE: folder } });
    expect(node.stderr).toContain(`Warning: ${folder} is your home folder. Everyone who reaches`);
  });
});
