// The containers of docker-compose.yml, in namespaces of the test.
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compose } from '../compose.ts';
import { Namespaces, noNamespaces } from './namespaces.ts';

const top = fileURLToPath(new URL('../../../../', import.meta.url));
const program = [
  process.execPath,
  join(top, 'apps/demo/docker/as-owner.mjs'),
  join(top, 'packages/cli/bin/p2p.js'),
];
/** The rights of root in the containers. */
const rights = [
  'setpriv',
  '--no-new-privs',
  '--bounding-set=-all,+setgid,+setuid',
  '--inh-caps=-all',
];
/** The owner of the first node's folder: a user of any number. */
const owner = 54_321;
const health = [process.execPath, join(top, 'apps/demo/docker/health.mjs')];

/** Copies of the mounted folders: those of the checkout are not changed. */
class Folders implements AsyncDisposable {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async copy(): Promise<Folders> {
    const home = await mkdtemp(join(tmpdir(), 'peerlane-docker-'));
    for (const node of ['node1', 'node2', 'node3']) {
      const hello = join(node, `hello-from-${node}.txt`);
      await mkdir(join(home, node));
      await cp(join(top, 'apps/demo', hello), join(home, hello));
    }
    await chmod(home, 0o755);
    await chown(join(home, 'node1'), owner, owner);
    return new Folders(home);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

it.skipIf(noNamespaces)(
  'The three nodes of the Docker demo find each other by name, and write files as the owners of their folders',
  async () => {
    await using folders = await Folders.copy();
    const { services } = compose();
    using machines = new Namespaces(Object.keys(services));
    const environment = (name: string): Record<string, string> => {
      const { environment, volumes } = services[name]!;
      // The folder of the checkout is mounted at the path that the node uses.
      expect(volumes).toEqual([`./apps/demo/${name}:${environment.P2P_FOLDER}`]);
      const strings: Record<string, string> = { TERM: 'dumb' };
      for (const [key, value] of Object.entries(environment)) strings[key] = String(value);
      return { ...strings, P2P_FOLDER: join(folders.home, name) };
    };
    // Each has a terminal: `tty: true`.
    const terminal = [
      ...['script', '--quiet', '--return'],
      ...['--command', [...rights, ...program].join(' '), '/dev/null'],
    ];
    const nodes = Object.keys(services).map((name) => {
      const node = machines.spawn(name, terminal, environment(name));
      let said = '';
      node.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      return {
        type: (line: string) => node.stdin.write(`${line}\n`),
        says: async (expected: RegExp) => {
          const late = AbortSignal.timeout(120_000);
          while (!expected.test(said)) {
            await once(node.stdout, 'data', { signal: late }).catch(() => {
              throw new Error(`expected ${String(expected)}, got ${said}`);
            });
          }
        },
        ended: once(node, 'exit'),
      };
    });
    const [node1, , node3] = nodes;
    for (const node of nodes) await node.says(/'quit' to exit\)/);
    for (const name of Object.keys(services)) {
      expect(await machines.run(name, health, environment(name)), name).toBe(0);
    }
    node1!.type('list');
    await node1!.says(/Cluster members:\s+1\. node2:1378\b.*\s+2\. node3:1378\b/);
    node1!.type('get hello-from-node2.txt');
    await node1!.says(/Received file completely!/);
    const file = join(folders.home, 'node1', 'hello-from-node2.txt');
    expect(await readFile(file)).toEqual(
      await readFile(join(top, 'apps/demo/node2/hello-from-node2.txt')),
    );
    const { uid, gid } = await stat(file);
    expect({ uid, gid }).toEqual({ uid: owner, gid: owner });
    node3!.type('quit');
    await node3!.ended;
    expect(await machines.run('node3', health, environment('node3'))).toBe(1);
  },
);
