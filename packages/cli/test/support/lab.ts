// Folders and programs for one test.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, vi, type TestAPI } from 'vitest';
import { Program, type RunOptions } from './program.ts';

/** Folders and programs of one test, which are removed when it ends. */
export class Lab implements AsyncDisposable {
  readonly #folders: string[] = [];
  readonly #programs: Program[] = [];

  /** An empty folder, all links to it resolved: on macOS /tmp is one. */
  async folder(): Promise<string> {
    const path = await realpath(await mkdtemp(join(tmpdir(), 'peerlane-cli-')));
    this.#folders.push(path);
    return path;
  }

  /** Runs `p2p`. */
  run(options?: RunOptions): Program {
    const program = new Program(options);
    this.#programs.push(program);
    return program;
  }

  /** Runs a node that asks no questions, on a port that the system chooses. */
  async start(
    folder: string,
    {
      cluster = '',
      env = {},
      ...options
    }: { readonly cluster?: string } & Omit<RunOptions, 'args' | 'terminal'> = {},
  ): Promise<{ readonly node: Program; readonly address: string }> {
    const node = this.run({
      ...options,
      env: { P2P_PORT: '0', P2P_FOLDER: folder, P2P_CLUSTER: cluster, ...env },
    });
    const [, address = ''] = await node.says(/Listening on (\S+)\n/);
    await node.says("Enter a file you want to download or 'list'");
    return { node, address };
  }

  /** Ends all programs now. */
  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.kill()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.kill()));
    const how = { recursive: true, force: true, maxRetries: 5 };
    await Promise.all(this.#folders.map((path) => rm(path, how)));
    const warnings = this.#programs.flatMap(({ runtimeWarnings }) => runtimeWarnings);
    if (warnings.length > 0) throw new Error(`Node has warned a user: ${warnings.join('\n')}`);
  }
}

/**
 * Repeats an attempt until it succeeds: on a busy machine answers may come too late for the time in which
 * `p2p` collects them.
 */
export async function inTime(attempt: () => Promise<void>): Promise<void> {
  await vi.waitFor(attempt, { timeout: 200_000, interval: 100 });
}

/** A test that has a {@link Lab}. */
export const it: TestAPI<{ lab: Lab }> = test.extend<{ lab: Lab }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads the pattern
  lab: async ({}, use) => {
    await using lab = new Lab();
    await use(lab);
  },
});
