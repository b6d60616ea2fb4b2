// The session in plain lines, as a script or the original's user sees it, in real processes.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it } from '../support/lab.ts';
import { signals, unusedPort, type Program } from '../support/program.ts';

const prompt = "Enter a file you want to download or 'list' to see the cluster ('quit' to exit)";

describe.concurrent('two terminals', () => {
  it('Two terminals reproduce the session of the specification line by line', async ({ lab }) => {
    const [shared, documents] = [await lab.folder(), await lab.folder()];
    await writeFile(join(documents, 'resume.pdf'), 'my life');
    const [portA, portB] = [await unusedPort(), await unusedPort()];

    const b = lab.run({ env: { P2P_PORT: String(portB) } });
    await b.says('Enter the folder you want to share:\n');
    b.type(documents);
    await b.says("Enter your cluster members list (one per line, enter 'q' to finish):\n");
    b.type(`127.0.0.1:${portA}`, 'q');
    await b.says(prompt);

    const a = lab.run({ env: { P2P_PORT: String(portA) } });
    await a.says('Enter the folder you want to share:\n');
    a.type(shared, `127.0.0.1:${portB}`, 'q', 'list', 'get resume.pdf');
    await a.says('Received file completely!\n');
    await b.says('File has been sent, closing connection!\n');
    for (const node of [a, b]) {
      node.type('quit');
      expect(await node.exit).toBe(0);
      expect(node.stderr).toBe('');
    }
    const opening = `Enter the folder you want to share:
Enter your cluster members list (one per line, enter 'q' to finish):
${prompt}
`;
    expect(a.stdout).toBe(`${opening}Cluster members:
  1. 127.0.0.1:${portB}
Received file completely!
`);
    expect(b.stdout).toBe(`${opening}A client has connected!
Sending filename and filesize!
Start sending file
File has been sent, closing connection!
`);
    expect(await readFile(join(shared, 'resume.pdf'), 'utf8')).toBe('my life');
    expect(await readdir(shared)).toEqual(['resume.pdf']);
  });

  it('Two nodes find one another if one of them knows the other', async ({ lab }) => {
    const [one, other] = [await lab.folder(), await lab.folder()];
    const first = await lab.start(one);
    const second = await lab.start(other, { cluster: first.address });
    expect(await firstMember(first.node)).toBe(second.address);
    expect(await firstMember(second.node)).toBe(first.address);
  });
});

describe.concurrent('a download', () => {
  it('A download of a name that nobody has ends after `waiting`, and leaves nothing behind', async ({
    lab,
  }) => {
    const [one, other] = [await lab.folder(), await lab.folder()];
    const holder = await lab.start(one, { env: { P2P_PROTOCOL: '1' } });
    const asker = await lab.start(other, { cluster: holder.address, env: { P2P_WAITING: '1' } });
    const start = performance.now();
    asker.node.type('get nothing.txt', 'quit');
    expect(await asker.node.exit).toBe(1);
    expect(asker.node.stderr).toBe(
      'Nobody delivered "nothing.txt" within 1 s. ' +
        "Check the spelling; 'list' shows who is in the cluster.\n",
    );
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(await readdir(other)).toEqual([]);
  });

  it('A download of a name that nobody has ends at once between nodes of version 2', async ({
    lab,
  }) => {
    const holder = await lab.start(await lab.folder());
    const asker = await lab.start(await lab.folder(), { cluster: holder.address });
    asker.node.type('get nothing.txt', 'quit');
    expect(await asker.node.exit).toBe(1);
    expect(asker.node.stderr).toBe(
      'Nobody has "nothing.txt". Check the spelling; \'list\' shows who is in the cluster.\n',
    );
  });

  it('Similar names are suggested for a download of a misspelt name', async ({ lab }) => {
    const folder = await lab.folder();
    for (const name of ['resume.pdf', 'photo.jpg']) await writeFile(join(folder, name), 'x');
    const holder = await lab.start(folder);
    const asker = await lab.start(await lab.folder(), { cluster: holder.address });
    asker.node.type('get resmue.pdf', 'serach', 'quit');
    expect(await asker.node.exit).toBe(1);
    expect(asker.node.stderr).toBe(
      'Nobody has "resmue.pdf". Did you mean "resume.pdf"?\n' +
        'Unknown command "serach". Did you mean "search"? Commands: list, get <filename>, ' +
        'cancel [filename], search [text], join HOST[:PORT], status, help, quit.\n',
    );
  });

  it('A download tries the next peer if one fails', async ({ lab }) => {
    const [one, other] = [await lab.folder(), await lab.folder()];
    await writeFile(join(one, 'a.txt'), 'good');
    const holder = await lab.start(one, { env: { P2P_PROTOCOL: '1' } });
    const liar = createSocket('udp4');
    liar.bind(0, '127.0.0.1');
    await once(liar, 'listening');
    // Nobody listens on port 1: the connection is refused.
    liar.on('message', (bytes, { port, address }) => {
      if (bytes.toString().startsWith('Get,a.txt\n')) liar.send('File,1,1\n', port, address);
    });
    const cluster = `127.0.0.1:${liar.address().port},${holder.address}`;
    const asker = await lab.start(other, { cluster });
    asker.node.type('get a.txt');
    await asker.node.says('Received file completely!');
    liar.close();
    // The failure of one peer is not worth a warning once another has delivered the file.
    expect(asker.node.stderr).not.toContain('Warning');
    expect(await readFile(join(other, 'a.txt'), 'utf8')).toBe('good');
  });

  it('Peers of version 1 download from each other, and requested paths are ignored', async ({
    lab,
  }) => {
    const [one, other] = [await lab.folder(), await lab.folder()];
    await writeFile(join(one, 'from one.txt'), '1');
    await mkdir(join(other, 'sub'));
    await writeFile(join(other, 'sub', 'from-other.txt'), '2');
    const port = await unusedPort();
    const env = { P2P_PROTOCOL: '1' };
    const first = await lab.start(one, { cluster: `127.0.0.1:${port}`, env });
    const second = lab.run({
      env: { P2P_PORT: String(port), P2P_FOLDER: other, P2P_CLUSTER: first.address, ...env },
    });
    second.type('get from one.txt');
    await second.says('Received file completely!');
    first.node.type('get ../../from-other.txt');
    await first.node.says('Received file completely!');
    expect((await readdir(one)).sort()).toEqual(['from one.txt', 'from-other.txt']);
    expect((await readdir(other)).sort()).toEqual(['from one.txt', 'sub']);
  });
});

describe.concurrent('the prompt', () => {
  it('The session asks again after a folder that does not exist or a wrong address', async ({
    lab,
  }) => {
    const folder = await lab.folder();
    const node = lab.run({ env: { P2P_PORT: '0' } });
    node.type(
      '',
      join(folder, 'no'),
      folder,
      'no:where',
      '127.0.0.9:0',
      '',
      '127.0.0.9:9, 127.0.0.8 [::1]',
      'Q',
      'list',
      'quit',
    );
    expect(await node.exit).toBe(1);
    expect(node.stdout.match(/Enter the folder/g)).toHaveLength(3);
    expect(node.stdout).toContain(
      'Cluster members:\n  1. 127.0.0.9:9\n  2. 127.0.0.8:1378\n  3. [::1]:1378\n',
    );
    expect(node.stderr).toContain(`There is no folder "${join(folder, 'no')}".`);
    expect(node.stderr).toContain(
      '"no:where" is not an address: expected HOST or HOST:PORT, such as 192.168.1.7 or node2:1378, or \'q\' to finish.\n',
    );
  });

  it('The session lists its commands, and trims the lines of a script', async ({ lab }) => {
    const { node } = await lab.start(await lab.folder(), { env: { P2P_PROTOCOL: '1' } });
    node.type('', 'list', '\u001b[2Jls', 'get', 'get  ', '  get a,b.txt ', 'get ..', 'quit');
    expect(await node.exit).toBe(1);
    expect(node.stdout).toMatch(/Cluster members:\n {2}\(none yet\)\n$/);
    expect(node.stderr.split('\n')).toEqual([
      'Unknown command "\\u{1b}[2Jls". Commands: list, get <filename>, cancel [filename], search [text], join HOST[:PORT], status, help, quit.',
      'Expected a file name: get <filename>.',
      'Expected a file name: get <filename>.',
      'This cluster\'s protocol cannot ask for a name with a comma: "a,b.txt".',
      'A file name must not name a folder, got "..".',
      '',
    ]);
  });

  it('The end of the input ends a session that has had a line', async ({ lab }) => {
    const { node } = await lab.start(await lab.folder());
    node.type('list');
    node.endInput();
    expect(await node.exit).toBe(0);
  });

  it.for(['SIGINT', 'SIGTERM'] as const)(
    'A session without any input serves until %s, and frees its ports',
    async (signal, { lab, skip }) => {
      skip(signals.missing, signals.reason);
      const folder = await lab.folder();
      await writeFile(join(folder, 'a.txt'), 'hello');
      const { node, address } = await lab.start(folder, { env: { P2P_TCP_PORT: '0' } });
      node.endInput();
      const other = await lab.start(await lab.folder(), { cluster: address });
      other.node.type('get a.txt');
      await other.node.says('Received file completely!');
      node.signal(signal);
      expect(await node.exit).toBe(0);
      expect(node.stderr).toBe('');
      const again = lab.run({
        env: { P2P_PORT: address.split(':')[1]!, P2P_FOLDER: folder, P2P_CLUSTER: '' },
      });
      await again.says(prompt);
    },
  );

  it('A signal ends a session while it asks a question', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const node = lab.run();
    await node.says('Enter the folder');
    node.signal('SIGTERM');
    expect(await node.exit).toBe(0);
  });

  it('A download without known members says so at once', async ({ lab }) => {
    const { node } = await lab.start(await lab.folder());
    node.type('get a.txt');
    await node.says('No members yet: waiting up to 100 s for one.\n', 'stderr');
  });

  it('A line that is too long is left out, and the session goes on', async ({ lab }) => {
    const { node } = await lab.start(await lab.folder());
    node.type('x'.repeat(70_000), 'list', 'quit');
    expect(await node.exit).toBe(1);
    expect(node.stderr).toBe('A line of more than 65536 characters was ignored.\n');
    expect(node.stdout).toContain('Cluster members:');
  });

  it('A session ends in order if its output is not read any more', async ({ lab }) => {
    const { node, address } = await lab.start(await lab.folder());
    node.breakPipe('stdout');
    node.type('list');
    expect(await node.exit).toBe(0);
    expect(node.stderr).toBe('');
    const again = lab.run({
      env: { P2P_PORT: address.split(':')[1]!, P2P_FOLDER: await lab.folder(), P2P_CLUSTER: '' },
    });
    await again.says(prompt);
  });

  it('A session goes on if only its errors are not read', async ({ lab }) => {
    const { node } = await lab.start(await lab.folder());
    node.breakPipe('stderr');
    node.type('nonsense', 'list');
    await node.says('Cluster members:');
    node.type('nonsense', 'list');
    await node.says(/Cluster members:[^]*Cluster members:/);
    node.type('quit');
    expect(await node.exit).toBe(1);
  });

  it('An unexpected error is printed without a stack', async ({ lab }) => {
    const code = 'process.stdin.once("data",()=>setImmediate(()=>{throw new Error("surprise")}))';
    const { node } = await lab.start(await lab.folder(), {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` },
    });
    node.type('list');
    expect(await node.exit).toBe(1);
    expect(node.stderr).toBe('p2p: surprise\n');
  });

  it('A session ends with open connections', async ({ lab }) => {
    const folder = await lab.folder();
    const tcpPort = await unusedPort();
    const { node } = await lab.start(folder, { env: { P2P_TCP_PORT: String(tcpPort) } });
    const client = createConnection(tcpPort, '127.0.0.1');
    client.on('error', () => undefined);
    await once(client, 'connect');
    node.type('quit');
    expect(await node.exit).toBe(0);
    client.destroy();
  });
});

/** Asks for the list until it has a member. */
async function firstMember(node: Program): Promise<string> {
  for (let asked = 1; ; asked += 1) {
    node.type('list');
    const lists = new RegExp(`(?:Cluster members:\\n {2}(?:1\\. )?(.*)\\n[^]*){${asked}}`);
    const [, member = ''] = await node.says(lists);
    if (member !== '(none yet)') return member;
  }
}
