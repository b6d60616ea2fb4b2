// What a stranger on the wire can read of two nodes on a local network.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey } from '@peerlane/seal';
import { describe, expect } from 'vitest';
import { Capture, noCapture, type Flow } from '../support/capture.ts';
import { inTime, it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';
import type { Program } from '../support/program.ts';
import { encodingIn, encodingsOf } from '../support/readable.ts';

const impossible = Machines.impossible() ?? noCapture();
if (impossible !== undefined) process.stdout.write(`Skipped: captures (${impossible})\n`);

const line = 'nobody else may read this line of the minutes\n';

/** What nobody else may see, apart from the key. */
const secrets = {
  'the name of a file': 'minutes of the third of May.txt',
  'the name of a file that is only listed': 'salaries-2026.ods',
  'the name of a node': 'reading-room-lamp',
  'the name of the other node': 'workshop-lathe',
  'an address in a list': '10.77.1.2:1378',
  'what a file holds': line.trim(),
};

/**
 * Two nodes find each other on a network; the second searches, and gets a file. The first has its address,
 * and therefore lists it as long as it has not heard it. Returns what crossed the network.
 */
async function sessionOf(lab: Lab, options: readonly string[]): Promise<Flow[]> {
  using machines = new Machines(2);
  machines.connect(0, 1, 1);
  const folders = [await lab.folder(), await lab.folder()] as const;
  const file = secrets['the name of a file'];
  await writeFile(join(folders[0], file), line.repeat(10_000));
  await writeFile(join(folders[0], secrets['the name of a file that is only listed']), 'x');
  await using capture = await Capture.start(machines.within(0), 'cable1', await lab.folder());
  const run = async (machine: 0 | 1, name: string, ...more: string[]): Promise<Program> => {
    const about = ['--folder', folders[machine], '--name', name, '--period', '1'];
    const args = ['--lan', '--discovery', ...about, ...more, ...options];
    const node = lab.run({ within: machines.within(machine), args });
    await node.says("Enter a file you want to download or 'list'");
    return node;
  };
  await run(0, secrets['the name of a node'], '--cluster', secrets['an address in a list']);
  const node = await run(1, secrets['the name of the other node']);
  node.type(`get ${file}`);
  await node.says('Received file completely!');
  const seen = ['the name of a file that is only listed', 'the name of a node'] as const;
  // A member tells its name, and where its list is, in each period.
  await inTime(async () => {
    node.type('search', 'status');
    await node.says(/Cluster: 1 member(?![^]*Cluster: 1 member)/);
    for (const each of seen) expect(node.stdout).toContain(secrets[each]);
  });
  await lab.close();
  return await capture.end('10.77.1.2');
}

/** The secrets that can be read in what crossed the network, each with its encoding. */
function readIn(flows: readonly Flow[], wanted: Record<string, string | Uint8Array>): string[] {
  return Object.entries(wanted).flatMap(([what, secret]) => {
    const found = new Set(flows.map(({ bytes }) => encodingIn(bytes, secret)));
    return [...found].filter(Boolean).map((encoding) => `${what} as ${encoding!}`);
  });
}

describe('a stranger on the wire', () => {
  it.skipIf(impossible !== undefined)(
    'A capture of two sealed nodes holds no file name, node name, address list, file or key, and that of two open ones all',
    async ({ lab }) => {
      const key = ClusterKey.generate();
      const keyFile = join(await lab.folder(), 'key');
      await writeFile(keyFile, key.reveal(), { mode: 0o600 });
      const sealed = await sessionOf(lab, ['--key-file', keyFile]);
      const text = key.reveal().trim().split(':')[1]!;
      const keys = {
        'the key as it is written': text,
        'the key': Buffer.from(text, 'base64url'),
        'the key of datagrams': key.datagramKey,
        'the key of connections': key.connectionKey,
      };
      expect(readIn(sealed, { ...secrets, ...keys })).toEqual([]);
      // All that is left to see: sealed datagrams, and TLS.
      const begins = sealed.map(
        ({ via, bytes }) => `${via} ${bytes.toString('hex', 0, via === 'udp' ? 5 : 2)}`,
      );
      expect([...new Set(begins)].toSorted()).toEqual(['tcp 1603', `udp 01${key.id}`]);
      expect(sealed.some(({ via, to }) => via === 'udp' && to.startsWith('239.'))).toBe(true);

      const open = await sessionOf(lab, ['--open']);
      expect(readIn(open, secrets)).toEqual(Object.keys(secrets).map((what) => `${what} as UTF-8`));
    },
  );

  it('A text is found in each encoding, at each place', () => {
    const text = 'reading-room-lamp';
    expect(new Set(encodingsOf(text).map(([name]) => name)).size).toBe(15);
    for (const offset of [0, 1, 2, 3, 4]) {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const bytes = Buffer.concat([
          Buffer.alloc(offset, 7),
          Buffer.from(text, encoding),
          Buffer.alloc(5),
        ]);
        for (const form of ['latin1', 'hex', 'base64', 'base64url'] as const)
          expect(encodingIn(Buffer.from(bytes.toString(form), 'latin1'), text)).toBeDefined();
      }
    }
    expect(encodingIn(Buffer.from('reading-room-lamb'), text)).toBeUndefined();
  });
});
