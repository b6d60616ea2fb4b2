// Runs one side of a transfer in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The work of one side of a transfer in a process of its own; its result is sent back. */
export type Work<Input, Output> = (input: Input) => Promise<Output>;

/** The messages of a side: it has begun to serve, it has finished, and it ends. */
interface News {
  readonly output?: unknown;
  readonly failure?: string;
  readonly peak?: number;
}

const variable = 'PEERLANE_BENCH_SIDE';

/** Does the work that this process was started for, if it was. */
export async function runSide(works: readonly Work<never, unknown>[]): Promise<boolean> {
  const task = process.env[variable];
  if (task === undefined) return false;
  const { name, input } = JSON.parse(task) as { name: string; input: never };
  // The benchmark was ended: so are its sides.
  process.once('disconnect', () => process.exit());
  process.once('message', () => {
    process.send!({ peak: process.resourceUsage().maxRSS / 1024 } satisfies News, () => {
      process.exit();
    });
  });
  try {
    process.send!({
      output: await works.find((work) => work.name === name)!(input),
    } satisfies News);
  } catch (error) {
    process.send!({ failure: String(error) } satisfies News);
  }
  return true;
}

/** A process that is one side of a transfer. */
export class Side<Output> {
  readonly output: Output;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, output: Output) {
    this.#child = child;
    this.output = output;
  }

  /**
   * Starts it, and waits until a server serves or a client has finished.
   *
   * @param within what starts a program elsewhere, such as `ip netns exec …`
   */
  static async start<Input extends object, Output>(
    { name }: Work<Input, Output>,
    input: Input,
    within: readonly string[] = [],
  ): Promise<Side<Output>> {
    const [command, ...args] = [...within, process.execPath, ...process.argv.slice(1, 3)];
    const child = spawn(command!, args, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [variable]: JSON.stringify({ name, input }) },
    });
    const [{ output, failure }] = (await once(child, 'message')) as [News];
    if (failure !== undefined) throw new Error(`${name}: ${failure}`);
    return new Side(child, output as Output);
  }

  /** Ends it, and returns the most memory that it had resident, in MiB. */
  async end(): Promise<number> {
    this.#child.send('end');
    const [{ peak }] = (await once(this.#child, 'message')) as [News];
    return peak!;
  }
}

/** Runs a side that finishes by itself. */
export async function runOnce<Input extends object, Output>(
  work: Work<Input, Output>,
  input: Input,
  within?: readonly string[],
): Promise<{ readonly output: Output; readonly peak: number }> {
  const side = await Side.start(work, input, within);
  return { output: side.output, peak: await side.end() };
}
