// Which signals ask the program to end.
import { describe, expect, it, onTestFinished } from 'vitest';
import { endingSignals, processIo } from '../../src/output/process-io.ts';

describe('a program that is asked to end', () => {
  it.each(endingSignals)(
    'The first %s aborts the signal of the program, and a second one ends the process',
    (signal) => {
      const before = process.listeners(signal);
      const others = endingSignals.map((each) => [each, process.listeners(each)] as const);
      onTestFinished(() => {
        for (const [each, known] of others)
          for (const listener of process.listeners(each))
            if (!known.includes(listener)) process.off(each, listener);
      });
      const io = processIo();
      expect(io.signal.aborted).toBe(false);
      // Linux has no SIGBREAK: it is emitted by its name.
      process.emit(signal, signal);
      expect(io.signal.aborted).toBe(true);
      expect(process.listeners(signal)).toEqual(before);
    },
  );
});
