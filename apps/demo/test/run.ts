// Runs the demo for a test.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The file: URL of the demo. */
    demo: string;
  }
}

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** The demo on copies of its folders: it does not disturb another one that runs meanwhile. */
export class Run implements AsyncDisposable {
  readonly home: string;
  readonly #child: ChildProcess;
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  readonly exit: Promise<number | null>;
  #said = '';

  private constructor(home: string, env: NodeJS.ProcessEnv, stay: boolean) {
    this.home = home;
    const code = `process.exitCode = await (await import(${JSON.stringify(inject('demo'))})).main(process.argv[1], ${JSON.stringify({ stay })})`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code, home], {
      cwd: home,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (said: string) => (this.#said += said));
    this.stdout = text(child.stdout).catch(() => this.#said);
    this.stderr = text(child.stderr);
    this.exit = once(child, 'exit').then(([status]) => status as number | null);
  }

  /** @param stay whether it goes on after the download, as at a terminal */
  static async start(env: NodeJS.ProcessEnv = {}, stay = false): Promise<Run> {
    const home = await realpath(await mkdtemp(join(tmpdir(), 'peerlane-demo-')));
    for (const node of ['node1', 'node2', 'node3']) {
      const hello = join(node, `hello-from-${node}.txt`);
      await mkdir(join(home, node));
      await cp(join(checkout, hello), join(home, hello));
    }
    // A configuration file in the working folder must not affect the nodes.
    await writeFile(join(home, 'config.yml'), 'nonsense: 1\n');
    return new Run(home, env, stay);
  }

  async says(expected: string): Promise<void> {
    while (!this.#said.includes(expected)) await once(this.#child.stdout!, 'data');
  }

  /** The UDP ports in the demo's output. */
  get ports(): number[] {
    return [...this.#said.matchAll(/on 127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  }

  /** The address of the page. */
  get url(): string {
    return /http:\S+/.exec(this.#said)![0];
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  breakPipe(): void {
    this.#child.stdout!.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.exit;
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}
