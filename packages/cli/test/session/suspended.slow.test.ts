// Ctrl-Z in a session: under a shell that can stop it, and where nothing can.
import { describe, expect } from 'vitest';
import { it } from '../support/lab.ts';
import { terminals } from '../support/program.ts';

const controlZ = '\u001a';
const ready = "('quit' to exit)\n";
const settings = { P2P_PORT: '0', P2P_CLUSTER: '', NO_COLOR: '1' };

describe.concurrent('Ctrl-Z', () => {
  it('A session that was stopped by Ctrl-Z goes on after fg with the line that was typed', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const shell = 'set -m; "$@"; stty -a | grep -ow -e "-*icanon"; echo "The shell is back"; fg';
    const env = { ...settings, P2P_FOLDER: await lab.folder() };
    const within = ['bash', '-c', shell, 'bash'];
    const session = lab.run({ terminal: true, env, within });
    await session.says(ready);
    session.press(`sta${controlZ}`);
    await session.says(/^icanon\nThe shell is back\n[^]*p2p> [^]*sta/m);
    session.press('tus\r');
    await session.says('Cluster: ');
    session.type('quit');
    expect(await session.exit).toBe(0);
  });

  it('Ctrl-Z changes nothing in a session that no shell can let go on, as in a container', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const env = { ...settings, P2P_FOLDER: await lab.folder() };
    // The program is the first of its session, and has nobody above it: the system does not stop it.
    const session = lab.run({ terminal: true, env });
    await session.says(ready);
    session.press(`st${controlZ}`);
    await session.says(/st[^]+p2p> st/);
    // Completion needs each key at once.
    session.press('\t');
    await session.says('atus');
    session.press('\r');
    await session.says('Cluster: ');
    session.type('quit');
    expect(await session.exit).toBe(0);
  });
});
