// The commands of `p2p` in real processes: what they print for a person and for a program.
import { lanHost } from '../../src/config/lan-host.ts';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events, holder, run } from '../support/guests.ts';
import { inTime, it } from '../support/lab.ts';
import { signals, unusedPort } from '../support/program.ts';

describe.concurrent('p2p get', () => {
  it('`p2p get` downloads into the working folder or another, and overwrites nothing', async ({
    lab,
  }) => {
    const peer = await holder(lab, { 'a.txt': 'a', 'b.txt': 'bb' });
    const cwd = await lab.folder();
    const both = await run(lab, cwd, 'get', 'a.txt', 'b.txt', '--peer', peer);
    expect([both.code, both.stdout, both.stderr]).toEqual([
      0,
      'Received "a.txt" (1 B).\nReceived "b.txt" (2 B).\n',
      '',
    ]);
    expect(await readFile(join(cwd, 'b.txt'), 'utf8')).toBe('bb');
    const again = await run(lab, cwd, 'get', 'a.txt', '--peer', peer);
    expect([again.code, again.stdout]).toEqual([0, 'You already have "a.txt".\n']);
    await mkdir(join(cwd, 'sub'));
    const into = await run(lab, cwd, 'get', 'a.txt', '--into', 'sub', '--cluster', peer);
    expect(into.code).toBe(0);
    expect(await readdir(join(cwd, 'sub'))).toEqual(['a.txt']);
  });

  it('`p2p get -o` writes to standard output alone, or to a file of another name', async ({
    lab,
  }) => {
    const peer = await holder(lab, { 'a.txt': 'just this' });
    const cwd = await lab.folder();
    const piped = await run(lab, cwd, 'get', 'a.txt', '-o', '-', '--peer', peer);
    expect([piped.code, piped.stdout, piped.stderr]).toEqual([0, 'just this', '']);
    const named = await run(lab, cwd, 'get', 'a.txt', '-o', 'b.txt', '--peer', peer);
    expect([named.code, named.stdout]).toEqual([0, 'Received "a.txt" (9 B), as "b.txt".\n']);
    await writeFile(join(cwd, 'b.txt'), 'mine');
    const there = await run(lab, cwd, 'get', 'a.txt', '-o', 'b.txt', '--peer', peer);
    expect(there.code).toBe(1);
    expect(there.stderr).toMatch(/b\.txt already exists: --force replaces it/);
    const left = await run(
      lab,
      cwd,
      'get',
      'a.txt',
      '-o',
      'b.txt',
      '--skip-existing',
      '--peer',
      peer,
    );
    expect([left.code, left.stdout]).toEqual([
      0,
      'Left "b.txt" alone: a file of that name already exists.\n',
    ]);
    expect(await readFile(join(cwd, 'b.txt'), 'utf8')).toBe('mine');
    const forced = await run(lab, cwd, 'get', 'a.txt', '-o', 'b.txt', '--force', '--peer', peer);
    expect(forced.code).toBe(0);
    expect(await readFile(join(cwd, 'b.txt'), 'utf8')).toBe('just this');
    expect(await readdir(cwd)).toEqual(['b.txt']);
  });

  it('`p2p get` says after a few seconds that a named peer is silent', async ({ lab }) => {
    const args = ['get', 'a.txt', '--peer', '127.0.0.1:9', '--waiting', '5'];
    const got = await run(lab, await lab.folder(), ...args);
    expect(got.notices).toEqual(['Asked 1 member: no answer from 127.0.0.1:9 yet.\n']);
    // Nobody has said that the file is not there.
    expect([got.code, got.stderr]).toEqual([1, expect.stringMatching(/^p2p: No answer/)]);
  });

  it('`p2p get` refuses a folder as its output, and a folder that does not exist', async ({
    lab,
  }) => {
    const cwd = await lab.folder();
    await mkdir(join(cwd, 'sub'));
    const args = ['get', 'a.txt', '--peer', '127.0.0.1:9', '--force'];
    for (const [output, fault] of [
      ['sub', '"sub" is a folder: use --into'],
      ['nope/a.txt', 'there is no folder "nope"'],
    ] as const) {
      const refused = await run(lab, cwd, ...args, '-o', output);
      expect([refused.code, refused.stderr]).toEqual([2, `p2p: --output: ${fault}\n`]);
    }
    expect(await readdir(cwd)).toEqual(['sub']);
  });

  it('A download that cannot be put in its place is kept', async ({ lab }) => {
    const peer = await holder(lab, { 'a.bin': 'x'.repeat(600_000) });
    const cwd = await lab.folder();
    const args = ['get', 'a.bin', '--peer', peer, '--force'];
    const slowly = [...args, '-o', 'b.bin', '--limit-rate', '100k', '--json'];
    const got = lab.run({ args: slowly, cwd, env: { P2P_PORT: '0' } });
    await got.says('"progress"');
    await mkdir(join(cwd, 'b.bin'));
    expect(await got.exit).toBe(1);
    expect(got.stderr).toMatch(/b\.bin is not a regular file, and cannot be replaced\n$/);
    expect((await readdir(cwd)).sort()).toEqual(['.peerlane', 'b.bin']);
    expect((await run(lab, cwd, ...args, '-o', 'c.bin')).code).toBe(0);
    expect((await readdir(cwd)).sort()).toEqual(['b.bin', 'c.bin']);
  });

  it('`p2p get` keeps, replaces or numbers existing files, and can get a certain content', async ({
    lab,
  }) => {
    const peers = [await holder(lab, { 'a.txt': 'one' }), await holder(lab, { 'a.txt': 'other' })];
    const cwd = await lab.folder();
    const found = await run(lab, cwd, 'get', 'a.txt', '--json', '--peer', peers[0]!);
    const one = events(found).find((told) => told.event === 'received');
    expect(one?.root).toMatch(/^[0-9a-f]{64}$/);
    const path = join(cwd, 'a.txt');
    await writeFile(path, 'mine');
    const get = (...args: string[]) =>
      run(lab, cwd, 'get', 'a.txt', '--peer', peers[0]!, '--peer', peers[1]!, ...args);
    const root = ['--root', one!.root!.toUpperCase()];
    expect((await get('--skip-existing')).stdout).toBe(
      'Left "a.txt" alone: a file of that name already exists.\n',
    );
    expect((await get(...root)).stdout).toBe('Received "a.txt" (3 B), as "a (1).txt".\n');
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await get(...root, '--force')).code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe('one');
    const nobody = await get('--root', '0'.repeat(64));
    expect(nobody.code).toBe(3);
    expect(nobody.stderr).toMatch(/^p2p: Nobody (has|delivered) "a\.txt" with that content/m);
    // All members have answered: the search ends at once.
    expect(nobody.stderr).not.toContain('within 100 s');
    expect(nobody.stderr).not.toContain('Did you mean');
    expect(await readdir(cwd)).toEqual(['a (1).txt', 'a.txt']);
    // The command in the note downloads the other content.
    const hint = /which this gets: p2p (get .*)$/m.exec(nobody.stderr)?.[1] ?? '';
    const hinted = await run(lab, await lab.folder(), ...hint.split(' '));
    expect(hinted.stdout).toBe(`Received "a.txt" (${hint.includes(one!.root!) ? 3 : 5} B).\n`);
  });

  it('`p2p get` receives at most the rate that was set', async ({ lab }) => {
    const peer = await holder(lab, { 'a.bin': 'x'.repeat(300_000) });
    const start = performance.now();
    const got = await run(
      lab,
      await lab.folder(),
      'get',
      'a.bin',
      '--limit-rate',
      '150k',
      '--peer',
      peer,
    );
    expect(got.code).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(1000);
  });

  it('`p2p get --json` prints events', async ({ lab }) => {
    const peer = await holder(lab, { 'ä.txt': 'x'.repeat(1000) });
    const cwd = await lab.folder();
    const got = await run(lab, cwd, 'get', 'ä.txt', 'nothing.txt', '--json', '--peer', peer);
    expect(got.code).toBe(3);
    const told = events(got);
    expect(told).toContainEqual({
      event: 'received',
      verified: true,
      filename: 'ä.txt',
      path: join(cwd, 'ä.txt'),
      size: 1000,
      created: true,
      root: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(told.find(({ event }) => event === 'progress')).toMatchObject({ size: 1000 });
    expect(told.at(-1)).toMatchObject({
      event: 'error',
      code: 'not-found',
      filename: 'nothing.txt',
    });
  });

  it('`p2p get` suggests similar names at once if nobody has the file', async ({ lab }) => {
    const peer = await holder(lab, { 'report.pdf': 'r', 'other.txt': 'o' });
    const cwd = await lab.folder();
    await inTime(async () => {
      const got = await run(lab, cwd, 'get', 'raport.pdf', '--peer', peer);
      expect(got.code).toBe(3);
      expect(got.stderr).toBe('p2p: Nobody has "raport.pdf". Did you mean "report.pdf"?\n');
    });
    await inTime(async () => {
      const told = await run(lab, cwd, 'get', 'raport.pdf', '--json', '--peer', peer);
      expect(events(told)).toMatchObject([{ event: 'error', near: ['report.pdf'] }]);
    });
  });

  it('`p2p get` finds the node of this machine by itself', async ({ lab }) => {
    const peer = await holder(lab, { 'a.txt': 'a' });
    const cwd = await lab.folder();
    const got = lab.run({ args: ['get', 'a.txt'], cwd, env: { P2P_PORT: peer.split(':')[1]! } });
    expect(await got.exit).toBe(0);
  });

  it('`p2p get` says after a few seconds that nobody is there', async ({ lab }) => {
    const got = await run(lab, await lab.folder(), 'get', 'a.txt');
    expect([got.code, got.stderr]).toEqual([
      1,
      'p2p: Nobody was heard on this machine: start p2p, name a peer with --peer HOST:PORT, or look on the network with --lan.\n',
    ]);
  });

  it('A signal interrupts `p2p get` with code 130', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const cwd = await lab.folder();
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const peer = `127.0.0.1:${silent.address().port}`;
    const got = lab.run({ args: ['get', 'a.txt', '--json', '--peer', peer], cwd });
    await once(silent, 'message');
    silent.close();
    got.signal('SIGINT');
    expect(await got.exit).toBe(130);
    expect(events(got)).toMatchObject([{ event: 'error', code: 'interrupted' }]);
    expect(got.stderr).toBe('');
  });

  it.for<[string[], RegExp]>([
    [['--root', 'abc'], /^p2p: --root: expected 64 hex digits, got "abc"\n$/],
    [['--limit-rate', 'fast'], /^p2p: --limit-rate: expected bytes per second such as 500k/],
    [['--force', '--skip-existing'], /^p2p: --force and --skip-existing cannot be combined\n$/],
    [['--into', 'no'], /^p2p: --into: there is no folder "no"\n$/],
    [['b.txt', '-o', '-'], /^p2p: --output takes a single file/],
    [['-o', '-', '--into', '.'], /^p2p: --into and --output cannot be combined\n$/],
    [['-o', '-', '--json'], /^p2p: --json and -o - cannot both write to standard output\n$/],
    [['--peer', 'a:no'], /^p2p: --peer: expected addresses as HOST or HOST:PORT.* got "a:no"\n$/],
    [
      ['--prot', '1'],
      /^p2p: Unknown argument: --prot\. Did you mean "--protocol"\? See p2p get --help\n$/,
    ],
  ])('`p2p get` refuses %j with code 2', async ([args, message], { lab }) => {
    const got = await run(lab, await lab.folder(), 'get', 'a.txt', ...args);
    expect(got.code).toBe(2);
    expect(got.stderr).toMatch(message);
  });
});

describe.concurrent('p2p list, search and status', () => {
  it('`p2p list` shows members to a person and to a program', async ({ lab }) => {
    const peer = await holder(lab, {});
    const cwd = await lab.folder();
    await inTime(async () => {
      const list = await run(lab, cwd, 'list', '--peer', peer, '--peer', '127.0.0.9:9');
      expect(list.code).toBe(0);
      const [head, first, second] = list.stdout.split('\n');
      expect(head).toMatch(/^ADDRESS +NAME +STATE +VERSION +ROUND TRIP +LAST HEARD$/);
      expect(first).toMatch(new RegExp(`^${peer} +desk +heard +2 +[0-9.]+ ms +[0-9.]+ s ago$`));
      expect(second).toMatch(/^127\.0\.0\.9:9 +- +configured +1 +- +never$/);
    });
    const told = events(await run(lab, cwd, 'list', '--json', '--peer', peer));
    expect(told).toMatchObject([{ event: 'member', address: peer, state: 'heard', version: 2 }]);
    const both = await run(lab, cwd, 'list', '--json', '--peer', `${peer},127.0.0.9:9`);
    expect(events(both)).toMatchObject([{ address: peer }, { address: '127.0.0.9:9' }]);
  });

  it('`p2p search` lists files with holders and versions, and `p2p status` counts them', async ({
    lab,
  }) => {
    const hostile = 'e\u001b[2J\u202ev.txt';
    const one = await holder(lab, { 'same.txt': 'same', 'two.txt': '1', [hostile]: '' });
    const other = await holder(lab, { 'same.txt': 'same', 'two.txt': '22' });
    const cwd = await lab.folder();
    const peers = ['--peer', one, '--peer', other];
    await inTime(async () => {
      const found = await run(lab, cwd, 'search', ...peers);
      expect(found.code).toBe(0);
      expect(found.stdout.split('\n')).toEqual([
        'SIZE  HOLDERS  VERSIONS  NAME',
        '0 B   1        1         e\\u{1b}[2J\\u{202e}v.txt',
        '4 B   2        1+?       same.txt',
        '1 B   2        2         two.txt',
        '',
      ]);
    });
    await inTime(async () => {
      const named = await run(lab, cwd, 'search', 'V.TX', '--json', ...peers);
      expect(events(named)).toMatchObject([
        { event: 'file', name: hostile, versions: [{ size: 0, holders: [one] }] },
      ]);
    });
    expect((await run(lab, cwd, 'search', 'zzz', ...peers)).code).toBe(3);
    await inTime(async () => {
      const status = await run(lab, cwd, 'status', ...peers);
      expect(status.stdout).toBe(
        'Cluster: 2 members, 2 heard.\nShared by them: 3 files (7 B), 1 of them in more than one version, 1 of them perhaps in more than one.\n' +
          'Open: anyone on this machine can read and ask.\n',
      );
    });
    await inTime(async () => {
      expect(events(await run(lab, cwd, 'status', '--json', ...peers))).toEqual([
        {
          event: 'status',
          members: 2,
          heard: 2,
          folders: 0,
          files: 3,
          ambiguous: 1,
          unverified: 1,
          bytes: 7,
          unfinished: 0,
          unfinishedBytes: 0,
          sealed: null,
        },
      ]);
    });
  });

  it('Guests name the port that was asked on this machine', async ({ lab }) => {
    const port = String(await unusedPort());
    const alone = lab.run({ args: ['list'], env: { P2P_PORT: port } });
    expect(await alone.exit).toBe(1);
    expect(alone.stderr).toContain(`on this machine (UDP port ${port}): start p2p`);
  });

  it.for(['list', 'search', 'status'])(
    '`p2p %s` says that nobody was heard',
    async (command, { lab }) => {
      const cwd = await lab.folder();
      const alone = await run(lab, cwd, command);
      expect([alone.code, alone.stderr]).toEqual([
        1,
        'p2p: Nobody was heard on this machine: start p2p, name a peer with --peer HOST:PORT, or look on the network with --lan.\n',
      ]);
      const named = await run(lab, cwd, command, '--peer', '127.0.0.1:9', '--json');
      expect(named.code).toBe(1);
      expect(events(named)).toMatchObject([
        {
          event: 'error',
          code: 'failed',
          message:
            'No answer from 127.0.0.1:9: p2p is not running there, on that UDP port, or a firewall stops it, or it is sealed (p2p join gets its key), or it is a node of version 1, which answers only requests for files that it has: p2p get --peer 127.0.0.1:9 FILENAME',
        },
      ]);
    },
  );
});

describe.concurrent('p2p start and share', () => {
  it('`p2p start` serves without a prompt, logs, and lets an upload finish', async ({
    lab,
    skip,
  }) => {
    skip(signals.missing, signals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a'.repeat(100));
    const node = lab.run({
      args: ['start', '--folder', folder, '--log-format', 'json', '--log-level', 'debug'],
      env: { P2P_PORT: '0' },
    });
    const [, address = ''] = await node.says(
      /^Ready: UDP (\S+), TCP port \d+, sharing 1 file \(100 B\) from /,
    );
    const got = await run(lab, await lab.folder(), 'get', 'a.txt', '--peer', address);
    expect(got.code).toBe(0);
    node.signal('SIGTERM');
    expect(await node.exit).toBe(0);
    const lines = node.stderr.trim().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'a file was sent',
        filename: 'a.txt',
        size: 100,
      }),
    );
    expect(records.at(-1)).toMatchObject({ message: 'stopped' });
  });

  it('After a signal uploads go on, and no new client is served', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const folder = await lab.folder();
    const size = 12_000_000;
    await writeFile(join(folder, 'big.bin'), Buffer.alloc(size));
    const args = ['start', '--folder', folder, '--json'];
    const node = lab.run({ args, env: { P2P_PORT: '0' } });
    const [, port = ''] = await node.says(/"tcpPort":(\d+)/);
    const client = createConnection(Number(port), '127.0.0.1');
    client.write('Get,big.bin\n');
    await once(client, 'readable');
    node.signal('SIGTERM');
    // A slow reader keeps the node running.
    let received = 0;
    for await (const piece of client) received += (piece as Buffer).length;
    expect(received).toBe(size + 74);
    expect(await node.exit).toBe(0);
  });

  it('`p2p start` prints events for a program and text for a person', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const folder = await lab.folder();
    const args = ['start', '--folder', folder, '--json', '--log-level', 'warning'];
    const node = lab.run({ args, env: { P2P_PORT: '0', P2P_PROT: '1' } });
    await node.says('"ready"');
    node.signal('SIGTERM');
    expect(await node.exit).toBe(0);
    expect(events(node)).toMatchObject([{ event: 'ready', files: 0, bytes: 0 }]);
    expect(node.stderr).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z warning The variable P2P_PROT is unknown/,
    );
    const logged = await run(lab, folder, 'start', '--log-format', 'json');
    expect(logged.code).toBe(2);
    expect(JSON.parse(logged.stderr)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('no folder is set') as string,
    });
    const without = await run(lab, folder, 'start');
    expect([without.code, without.stderr]).toEqual([
      2,
      'p2p: no folder is set: use --folder, P2P_FOLDER, or folder in config.yml\n',
    ]);
  });

  it('`p2p share` names a file that does not exist', async ({ lab }) => {
    const cwd = await lab.folder();
    const shared = await run(lab, cwd, 'share', 'nope.txt');
    expect([shared.code, shared.stderr]).toEqual([
      1,
      expect.stringMatching(/^p2p: Cannot share: there is no file ".*nope\.txt"\.\n$/),
    ]);
  });

  it('`p2p share` serves only these files, and says which it sent', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const folder = await lab.folder();
    for (const name of ['a.txt', 'b.txt']) await writeFile(join(folder, name), name);
    const node = lab.run({ args: ['share', 'a.txt'], cwd: folder, env: { P2P_PORT: '0' } });
    const [, peer = ''] = await node.says(/^Sharing 1 file \(5 B\) at (\S+) until Ctrl-C\.\n/);
    const cwd = await lab.folder();
    expect((await run(lab, cwd, 'get', 'a.txt', '--peer', peer)).code).toBe(0);
    expect((await run(lab, cwd, 'get', 'b.txt', '--peer', peer)).code).toBe(3);
    await node.says(/Sent "a\.txt" \(5 B\) to (\S+ \()?127\.0\.0\.1\)?\.\n/);
    node.signal('SIGINT');
    expect(await node.exit).toBe(0);
    const wrong = await run(lab, cwd, 'share', 'no.txt');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^p2p: Cannot share: .*no\.txt.*\n$/);
  });
});

describe.concurrent('p2p config and help', () => {
  it('`p2p config` shows the source of each value', async ({ lab }) => {
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'config.yml'), 'period: 5\n', { mode: 0o644 });
    const shown = await run(lab, cwd, 'config', '--waiting', '7', '--lan');
    expect(shown.code).toBe(0);
    const lines = shown.stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines).toContainEqual(['host', lanHost(), '--lan']);
    expect(lines).toContainEqual(['port', '0', 'P2P_PORT']);
    expect(lines).toContainEqual(['period', '5', 'period in config.yml']);
    expect(lines).toContainEqual(['waiting', '7', '--waiting']);
    expect(lines).toContainEqual(['folder', '-', 'default']);
    const told = events(await run(lab, cwd, 'config', '--json'));
    expect(told).toContainEqual({ event: 'setting', name: 'port', value: 0, from: 'P2P_PORT' });
  });

  it.for([
    '',
    'start',
    'share',
    'get',
    'list',
    'search',
    'status',
    'invite',
    'join',
    'clean',
    'config',
    'completion',
  ])('The help for "%s" has an example and fits 80 columns', async (command, { lab }) => {
    const args = command === '' ? ['--help'] : [command, '--help'];
    const help = await run(lab, await lab.folder(), ...args);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain(`Examples:\n  p2p${command === '' ? '' : ` ${command}`}`);
    expect(help.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
