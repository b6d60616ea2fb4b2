// A key file that changes while a node runs, in virtual time.
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey, Keyring } from '@peerlane/seal';
import type { Clock } from '@peerlane/tcp-transfer';
import { expect, vi } from 'vitest';
import { saveKeyring } from '../../src/keys/key-file.ts';
import { loadKeys, type LoadedKeys } from '../../src/keys/key-source.ts';
import { KeyWatch } from '../../src/keys/key-watch.ts';
import { it, type Lab } from '../support/lab.ts';

/** A clock whose next task the test runs, as soon as it is scheduled. */
class ManualClock implements Clock {
  #task: (() => void) | undefined;

  now(): number {
    return 0;
  }

  schedule(task: () => void): { cancel(): void } {
    this.#task = task;
    return {
      cancel: () => {
        this.#task = undefined;
      },
    };
  }

  get isIdle(): boolean {
    return this.#task === undefined;
  }

  /** Lets the watch look at the file so many times. */
  async look(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await vi.waitFor(() => expect(this.#task).toBeDefined());
      const task = this.#task!;
      this.#task = undefined;
      task();
    }
    await vi.waitFor(() => expect(this.#task).toBeDefined());
  }
}

const [one, two] = [ClusterKey.generate(), ClusterKey.generate()];

async function watched(lab: Lab) {
  const path = join(await lab.folder(), 'key');
  await saveKeyring(path, new Keyring([one]));
  const keys: LoadedKeys = (await loadKeys({ from: '--key-file', path, kind: 'named' }))!;
  const clock = new ManualClock();
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const watch = new KeyWatch({ clock, onChange: say, onFault: say });
  watch.begin(keys);
  return { path, keys, clock, said, watch };
}

it('A file that stays the same is passed over in silence, also when it was touched', async ({
  lab,
}) => {
  const { path, clock, said } = await watched(lab);
  await clock.look(3);
  await writeFile(path, await readFile(path));
  await clock.look(3);
  expect(said).toEqual([]);
});

it('Other keys are taken once they are at rest, and said once', async ({ lab }) => {
  const { path, keys, clock, said } = await watched(lab);
  await clock.look(2);
  await saveKeyring(path, new Keyring([two, one]), { replaces: true });
  await clock.look(1);
  expect(keys.keyring.first.id).toBe(one.id);
  await clock.look(3);
  expect(keys.keyring.keys.map(({ id }) => id)).toEqual([two.id, one.id]);
  expect(said).toEqual([`Keys changed: sealing with ${two.id}, also opening ${one.id}.`]);
});

it('The keys stay when the file is bad or gone, which is said once and without a key', async ({
  lab,
}) => {
  const { path, keys, clock, said } = await watched(lab);
  await writeFile(path, `${two.reveal()}?\n`);
  await clock.look(4);
  await unlink(path);
  await clock.look(4);
  expect(keys.keyring.first.id).toBe(one.id);
  expect(said).toEqual([
    expect.stringMatching(/^The keys stay as they were, sealing with \w{8}: .*line 1: expected/),
    expect.stringMatching(/: there is no file "/),
  ]);
  expect(said.join()).not.toContain(two.reveal().slice(-43));
  await saveKeyring(path, new Keyring([two]));
  await clock.look(3);
  expect(keys.keyring.first.id).toBe(two.id);
});

it('Nothing is looked at any more when the watch is over', async ({ lab }) => {
  const { clock, watch } = await watched(lab);
  await clock.look(1);
  watch[Symbol.dispose]();
  expect(clock.isIdle).toBe(true);
});
