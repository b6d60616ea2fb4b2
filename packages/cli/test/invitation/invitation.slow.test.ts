// Invitations in real processes, each with a home folder of its own.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { ClusterKey } from '@peerlane/seal';
import { describe, expect } from 'vitest';
import { events } from '../support/guests.ts';
import { it, type Lab } from '../support/lab.ts';
import {
  program,
  terminals,
  unusedPort,
  type Program,
  type RunOptions,
} from '../support/program.ts';
import { isMissing, Shell } from '../support/shell.ts';

/** A machine: a home folder, with a key if it is given one, and programs on the loopback interface. */
class Machine {
  readonly home: string;
  readonly keyPath: string;
  readonly #lab: Lab;

  constructor(lab: Lab, home: string) {
    this.#lab = lab;
    this.home = home;
    this.keyPath = join(home, 'config', 'peerlane', 'key');
  }

  static async make(lab: Lab, ...keys: readonly ClusterKey[]): Promise<Machine> {
    const machine = new Machine(lab, await lab.folder());
    if (keys.length > 0) await machine.setKeys(...keys);
    return machine;
  }

  get env(): Record<string, string> {
    const config = join(this.home, 'config');
    return { HOME: this.home, XDG_CONFIG_HOME: config, P2P_HOST: '127.0.0.1', LANG: 'C.UTF-8' };
  }

  async setKeys(...keys: readonly ClusterKey[]): Promise<void> {
    await mkdir(dirname(this.keyPath), { recursive: true, mode: 0o700 });
    await writeFile(this.keyPath, keys.map((key) => `${key.reveal()}\n`).join(''), { mode: 0o600 });
  }

  /** The ids of the keys in its file. */
  async keys(): Promise<string[]> {
    const text = await readFile(this.keyPath, 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => ClusterKey.parse(line).id);
  }

  run(args: readonly string[], options: RunOptions = {}): Program {
    return this.#lab.run({
      ...options,
      args,
      cwd: this.home,
      env: { ...this.env, ...options.env },
    });
  }

  /** Runs a command to its end. */
  async do(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const running = this.run(args);
    running.endInput();
    const code = await running.exit;
    return { code, out: running.stdout, err: running.stderr };
  }
}

interface Inviting {
  readonly inviter: Machine;
  readonly invite: Program;
  readonly words: string;
  /** The address of the invitation. */
  readonly peer: string;
}

async function inviting(lab: Lab, key: ClusterKey, ...args: readonly string[]): Promise<Inviting> {
  const inviter = await Machine.make(lab, key);
  const invite = inviter.run(['invite', ...args], { env: { P2P_NAME: 'bens-desktop' } });
  const [, words = ''] = await invite.says(/^Invitation: (\S+)\n/m);
  const [, peer = ''] = await invite.says(/Add --peer (\S+)\n/);
  await invite.says('Ctrl-C ends it.\n');
  return { inviter, invite, words, peer };
}

/** Words of the same number that are wrong. */
const wrong = (words: string): string =>
  words.replace(/-.*/, words.endsWith('-acid-acorn') ? '-acre-acorn' : '-acid-acorn');

describe.concurrent('an invitation', () => {
  it('A newcomer that types the words gets the key, and both sides say whom they have met', async ({
    lab,
  }) => {
    const key = ClusterKey.generate();
    const { invite, words } = await inviting(lab, key);
    const newcomer = await Machine.make(lab);
    const joined = await newcomer.do('join', words, '--name', 'anna-laptop');
    expect(joined).toEqual({
      code: 0,
      out:
        `Joined the cluster of "bens-desktop" (127.0.0.1). Key ${key.id} is in ~/config/peerlane/key.\n` +
        'Next: p2p list shows who is there, p2p get NAME downloads a file.\n',
      err: '',
    });
    expect(await newcomer.keys()).toEqual([key.id]);
    expect(await invite.exit).toBe(0);
    expect(invite.stdout).toBe(
      `Invitation: ${words}\nOn the other machine: p2p join ${words}\n` +
        `${/^Not found there.*$/m.exec(invite.stdout)![0]}\n` +
        'Valid for 10 minutes and one machine. Ctrl-C ends it.\n' +
        '"anna-laptop" (127.0.0.1) has joined.\n',
    );
    expect(invite.stderr).toBe('');
  });

  it('The address that the inviter shows leads to it as well, with the words separated by blanks', async ({
    lab,
  }) => {
    const key = ClusterKey.generate();
    const { words, peer } = await inviting(lab, key);
    const newcomer = await Machine.make(lab);
    const { code } = await newcomer.do('join', ...words.toUpperCase().split('-'), '--peer', peer);
    expect(code).toBe(0);
    expect(await newcomer.keys()).toEqual([key.id]);
  });

  it('A wrong guess is told on both sides, three end the invitation, and the fourth finds nobody', async ({
    lab,
  }) => {
    const { invite, words, peer } = await inviting(lab, ClusterKey.generate());
    const newcomer = await Machine.make(lab);
    for (const left of [2, 1, 0]) {
      expect(await newcomer.do('join', wrong(words), '--peer', peer)).toEqual({
        ...{ code: 1, out: '' },
        err: 'p2p: The words are not those of the invitation: compare them. The third wrong guess ends it.\n',
      });
      await invite.says(`A wrong guess from 127.0.0.1 (${left} left).\n`);
    }
    expect(await invite.exit).toBe(1);
    expect(invite.stderr).toBe(
      'p2p: Three wrong guesses have ended the invitation: make another by p2p invite\n',
    );
    const late = await newcomer.do('join', words, '--peer', peer);
    expect(late.code).toBe(1);
    expect(late.err).toMatch(
      /^p2p: Could not connect to 127\.0\.0\.1:\d+: .* Does p2p invite still run there.*\n$/,
    );
    await expect(newcomer.keys()).rejects.toThrow('ENOENT');
  });

  it('Machines that come at once all join an invitation for many, and one of them that for one', async ({
    lab,
  }) => {
    const key = ClusterKey.generate();
    for (const [args, expected] of [
      [['--many'], [0, 0, 0]],
      [[], [0, 1, 1]],
    ] as const) {
      const { invite, words } = await inviting(lab, key, ...args);
      const newcomers = await Promise.all([1, 2, 3].map(() => Machine.make(lab)));
      const all = await Promise.all(newcomers.map((newcomer) => newcomer.do('join', words)));
      expect(all.map(({ code }) => code).sort()).toEqual(expected);
      for (const { code, err } of all) if (code === 1) expect(err).toMatch(/^p2p: .*\n$/);
      expect(invite.stdout.match(/has joined/g)).toHaveLength(args.length > 0 ? 3 : 1);
      invite.signal('SIGINT');
      expect(await invite.exit).toBe(0);
    }
  });

  it('An inviter that ends is not found, and one that was killed is told in one line', async ({
    lab,
  }) => {
    const { invite, words, peer } = await inviting(lab, ClusterKey.generate());
    const newcomer = await Machine.make(lab);
    await invite.kill();
    const gone = await newcomer.do('join', words);
    expect(gone.code).toBe(1);
    expect(gone.err).toMatch(/^p2p: Nobody answers to invitation \d+\. .* --peer HOST:PORT\n$/);
    const refused = await newcomer.do('join', words, '--peer', peer);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^p2p: Could not .*\n$/);
  });

  it('An inviter that dies in the middle of the exchange is told in one line, and no key is written', async ({
    lab,
  }) => {
    const dying = createServer((socket) => {
      socket.once('data', () => socket.destroy());
    });
    dying.listen(0, '127.0.0.1');
    await once(dying, 'listening');
    const { port } = dying.address() as AddressInfo;
    const newcomer = await Machine.make(lab);
    expect(await newcomer.do('join', '4-acid-acorn', '--peer', `127.0.0.1:${port}`)).toEqual({
      ...{ code: 1, out: '' },
      err: 'p2p: The other side closed the connection early.\n',
    });
    await expect(newcomer.keys()).rejects.toThrow('ENOENT');
    dying.close();
  });

  it('Ctrl-C ends an invitation that nobody has accepted, with the exit code of an interruption', async ({
    lab,
  }) => {
    const { invite } = await inviting(lab, ClusterKey.generate());
    invite.signal('SIGINT');
    expect(await invite.exit).toBe(130);
    expect(invite.stdout).toMatch(/The invitation has ended\.\n$/);
  });

  it('Names of the other side are printed visibly', async ({ lab }) => {
    const { invite, words } = await inviting(lab, ClusterKey.generate(), '--name', 'x');
    const newcomer = await Machine.make(lab);
    const { out } = await newcomer.do('join', words, '--name', 'a\u009b31m\u202eb');
    expect(out).toContain('Joined the cluster of "x"');
    const [, name] = await invite.says(/^(".*") \(127\.0\.0\.1\) has joined\.\n/m);
    expect(name).not.toMatch(/[\u0080-\u009f\u202e]/u);
  });

  it('Programs read events', async ({ lab }) => {
    const key = ClusterKey.generate();
    const inviter = await Machine.make(lab, key);
    const invite = inviter.run(['invite', '--json', '--name', 'ben']);
    const [, words = ''] = await invite.says(/"words":"([^"]+)"/);
    const newcomer = await Machine.make(lab);
    await newcomer.do('join', wrong(words));
    const joining = newcomer.run(['join', words, '--json', '--name', 'anna']);
    expect(await joining.exit).toBe(0);
    expect(await invite.exit).toBe(0);
    const from = { address: '127.0.0.1' };
    expect(events(invite)).toEqual([
      {
        event: 'invitation',
        words,
        many: false,
        addresses: [expect.stringMatching(/^127.0.0.1:/)],
      },
      { event: 'guess', ...from, left: 2 },
      { event: 'joined', ...from, name: 'anna' },
    ]);
    expect(events(joining)).toEqual([
      { event: 'joined', ...from, name: 'ben', key: key.id, path: newcomer.keyPath },
    ]);
  });
});

describe.concurrent('what cannot be done', () => {
  it('Words that are none are refused before anybody is asked, with the nearest words', async ({
    lab,
  }) => {
    const newcomer = await Machine.make(lab);
    for (const [args, expected] of [
      [['4-acid-acron'], /"acron".* Did you mean .*"acorn"/],
      [['4-acid'], /^p2p: Expected an invitation as "p2p invite" shows it: .*such as/],
      [['0-acid-acorn'], /number from 1 to 99/],
      [['127.0.0.1:1378'], /--peer/],
      [[], /^p2p: Expected the words of an invitation after "join"\. See p2p join --help/],
      [['4', 'acid', 'acorn', 'x'], /Unknown argument: x/],
      [['4-acid-acorn', '--peer', '127.0.0.1'], /--peer: expected HOST:PORT/],
    ] as const) {
      const { code, err, out } = await newcomer.do('join', ...args);
      expect({ code, out }, args.join(' ')).toEqual({ code: 2, out: '' });
      expect(err).toMatch(expected);
      expect(err.split('\n')).toHaveLength(2);
    }
  });

  it('An invitation without a key is refused in one line that says what to do', async ({ lab }) => {
    const inviter = await Machine.make(lab);
    expect(await inviter.do('invite')).toEqual({
      ...{ code: 2, out: '' },
      err: 'p2p: this machine has no key yet: run p2p key new\n',
    });
  });

  it('Another key that is there stays, without a person who decides; the same key is no other', async ({
    lab,
  }) => {
    const [key, other] = [ClusterKey.generate(), ClusterKey.generate()];
    const { words } = await inviting(lab, key, '--many');
    const stranger = await Machine.make(lab, other);
    const kept = await stranger.do('join', words);
    expect(kept).toMatchObject({ code: 1, out: '' });
    expect(kept.err).toMatch(/^p2p: ~\/config\/peerlane\/key has another key .*--key-file.*\n$/);
    expect(await stranger.keys()).toEqual([other.id]);
    const member = await Machine.make(lab, key);
    const known = await member.do('join', words);
    expect(known).toMatchObject({ code: 0, err: '' });
    expect(known.out).toContain(
      'This machine is in the cluster of "bens-desktop" (127.0.0.1) already',
    );
  });

  it('A key file that cannot be used is told before the invitation is used up', async ({ lab }) => {
    const newcomer = await Machine.make(lab);
    await newcomer.setKeys();
    await chmod(newcomer.keyPath, 0o600);
    const { code, err } = await newcomer.do('join', '4-acid-acorn');
    expect(code).toBe(2);
    expect(err).toContain(newcomer.keyPath);
  });
});

describe.skipIf(terminals.missing).concurrent('at a terminal', () => {
  it('Another key that is there is replaced, kept or gets company, as the person says', async ({
    lab,
  }) => {
    const [key, other] = [ClusterKey.generate(), ClusterKey.generate()];
    const { words } = await inviting(lab, key, '--many');
    for (const [answer, expected, code] of [
      ['replace', [key.id], 0],
      ['a', [key.id, other.id], 0],
      ['keep', [other.id], 1],
      ['\u0004', [other.id], 1],
    ] as const) {
      const newcomer = await Machine.make(lab, other);
      const joining = newcomer.run(['join', words], { terminal: true });
      await joining.says('Replace, add or keep? (r/a/k) ');
      joining.press(answer === '\u0004' ? answer : `${answer}\n`);
      expect(await joining.exit, answer).toBe(code);
      expect(await newcomer.keys(), answer).toEqual(expected);
    }
  });

  it('A person is asked for the words until they can be those of an invitation', async ({
    lab,
  }) => {
    const key = ClusterKey.generate();
    const { words } = await inviting(lab, key);
    const newcomer = await Machine.make(lab);
    const joining = newcomer.run(['join'], { terminal: true });
    await joining.says('What does p2p invite show on the other machine? ');
    joining.type('4-acid');
    await joining.says('Expected an invitation as "p2p invite" shows it');
    joining.type(words.replaceAll('-', ' '));
    expect(await joining.exit).toBe(0);
    expect(await newcomer.keys()).toEqual([key.id]);
  });

  it.for(['n\n', '\u0004'])(
    'A person without a key who says no (%j) is left without one',
    async (no, { lab }) => {
      const inviter = await Machine.make(lab);
      const invite = inviter.run(['invite'], { terminal: true });
      await invite.says('Make one, for a new cluster? (y/N) ');
      invite.press(no);
      expect(await invite.exit).toBe(1);
      // On a line of its own, also after Ctrl-D.
      expect(invite.stdout).toMatch(/\np2p: No key was made\. .* p2p join\r?\n$/);
      await expect(inviter.keys()).rejects.toThrow('ENOENT');
    },
  );
});

it.skipIf(terminals.missing || isMissing('bash'))(
  'From two fresh terminals `p2p invite`, `p2p join`, `p2p share` and `p2p get` bring a file across',
  async ({ lab }) => {
    const [one, other] = [await Machine.make(lab), await Machine.make(lab)];
    const bin = await lab.folder();
    await writeFile(join(bin, 'p2p'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    await chmod(join(bin, 'p2p'), 0o755);
    await writeFile(join(one.home, 'notes.txt'), 'for you');
    const env = {
      ...{ PATH: `${bin}:${process.env.PATH!}`, P2P_PORT: String(await unusedPort()) },
      P2P_HOST: '127.0.0.1',
    };
    await using first = new Shell('bash', one.home, { ...one.env, ...env });
    await using second = new Shell('bash', other.home, { ...other.env, ...env });
    const begin = performance.now();
    await first.type('p2p invite\n', '(y/N) ');
    const shown = await first.type('y\n', 'Ctrl-C ends it.');
    expect(shown).toContain('█');
    const [, words = ''] = /Invitation: (\S+)/.exec(shown)!;
    const arrival = first.type('', 'has joined.');
    await second.type(`p2p join ${words}\n`, 'Next: ');
    await arrival;
    await first.type('p2p share notes.txt\n', 'p2p get');
    await second.type('p2p get notes.txt\n', 'Received "notes.txt"');
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stdout.write(`From two fresh terminals to the file: ${seconds} s\n`);
    expect(await readFile(join(other.home, 'notes.txt'), 'utf8')).toBe('for you');
    await first.type('\u0003', '^C');
    await first.type('echo en""ded\n', 'ended\r\n');
  },
);
