// Runs one side of a transfer in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The work of one side of a transfer in a process of its own; its result is sent back. */
export type Work<Input, Output> = (input: Input) => Promise<Output>;

/** The messages of a side: it has begun to serve, it has finished, and it ends. */
interface News {
  readonly output?: unknown;
  readonly failure?: string;
  readonly usage?: Usage;
}

/** What a process has used until it ended. */
export interface Usage {
  /** The most memory that it had resident, in MiB. */
  readonly peak: number;
  /** The processor time of all its threads, in seconds. */
  readonly cpu: number;
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
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage = { peak: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 };
    process.send!({ usage } satisfies News, () => {
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
    return (await this.usage()).peak;
  }

  /** Ends it, and returns what it has used. */
  async usage(): Promise<Usage> {
    this.#child.send('end');
    const [{ usage }] = (await once(this.#child, 'message')) as [News];
    return usage!;
  }
}

/** Runs a side that finishes by itself. */
export async function runOnce<Input extends object, Output>(
  work: Work<Input, Output>,
  input: Input,
  within?: readonly string[],
): Promise<Usage & { readonly output: Output }> {
  const side = await Side.start(work, input, within);
  return { output: side.output, ...(await side.usage()) };
}
