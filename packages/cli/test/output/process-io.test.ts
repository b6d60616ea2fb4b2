// Which signals ask the program to end.
import { describe, expect, it, onTestFinished } from 'vitest';
import { endingSignals, processIo } from '../../src/output/process-io.ts';

/** Removes the listeners of a test, and says whether there is a terminal. */
function prepare({ isTTY }: { readonly isTTY: boolean }): void {
  const streams = [process.stdin, process.stdout, process.stderr];
  const known = streams.map((stream) => stream.isTTY);
  for (const stream of streams) stream.isTTY = isTTY && stream === process.stdout;
  const atExit = process.listeners('exit');
  const others = endingSignals.map((each) => [each, process.listeners(each)] as const);
  onTestFinished(() => {
    for (const [at, stream] of streams.entries()) stream.isTTY = known[at]!;
    for (const listener of process.listeners('exit'))
      if (!atExit.includes(listener)) process.off('exit', listener);
    for (const [each, before] of others)
      for (const listener of process.listeners(each))
        if (!before.includes(listener)) process.off(each, listener);
  });
}

describe('a program that is asked to end', () => {
  it('SIGHUP does not end a program that has no terminal, as under nohup', () => {
    prepare({ isTTY: false });
    const io = processIo();
    process.emit('SIGHUP', 'SIGHUP');
    process.emit('SIGHUP', 'SIGHUP');
    expect(io.signal.aborted).toBe(false);
    process.emit('SIGTERM', 'SIGTERM');
    expect(io.signal.aborted).toBe(true);
  });

  it.each(endingSignals)(
    'The first %s aborts the signal of the program, and a second one ends the process',
    (signal) => {
      const before = process.listeners(signal);
      prepare({ isTTY: true });
      const io = processIo();
      expect(io.signal.aborted).toBe(false);
      // Linux has no SIGBREAK: it is emitted by its name.
      process.emit(signal, signal);
      expect(io.signal.aborted).toBe(true);
      expect(process.listeners(signal)).toEqual(before);
    },
  );
});

it('A key in a variable is not left where Node writes it into reports of crashes', () => {
  prepare({ isTTY: false });
  onTestFinished(() => {
    delete process.env.P2P_KEY;
  });
  process.env.P2P_KEY = 'peerlane-key-1:secret';
  expect(processIo().env.P2P_KEY).toBe('peerlane-key-1:secret');
  expect(process.env.P2P_KEY).toBeUndefined();
});
