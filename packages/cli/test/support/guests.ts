// Runs the commands that end by themselves, beside a node with some files.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { jsonEventSchema, type JsonEvent } from '../../src/index.ts';
import type { Lab } from './lab.ts';
import type { Program } from './program.ts';

/** The events that `--json` has printed: every line must be an event in ASCII. */
export function events({ stdout }: Program): JsonEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      expect(line).toMatch(/^[\x20-\x7e]*$/);
      return jsonEventSchema.parse(JSON.parse(line));
    });
}

/** Runs `p2p` to its end. */
export async function run(
  lab: Lab,
  cwd: string,
  ...args: string[]
): Promise<Program & { code: number }> {
  const running = lab.run({ args, cwd, env: { P2P_PORT: '0' } });
  running.endInput();
  const code = await running.exit;
  return Object.assign(running, { code });
}

/** A node with some files, and its address. */
export async function holder(
  lab: Lab,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = await lab.folder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { address } = await lab.start(folder, { env: { P2P_NAME: 'desk' } });
  return address;
}
