import { describe, expect, it, onTestFinished } from 'vitest';
import { endingSignals, processIo } from '../../src/output/process-io.ts';

describe('a program that is asked to end', () => {
  it.each(endingSignals)('by %s is told so once, and a second one ends it', (signal) => {
    const before = process.listeners(signal);
    const others = endingSignals.map((each) => [each, process.listeners(each)] as const);
    onTestFinished(() => {
      for (const [each, known] of others)
        for (const listener of process.listeners(each))
          if (!known.includes(listener)) process.off(each, listener);
    });
    const io = processIo();
    expect(io.signal.aborted).toBe(false);
    // Windows has SIGBREAK alone of those that Linux lacks: whoever hears it has to name it.
    process.emit(signal, signal);
    expect(io.signal.aborted).toBe(true);
    expect(process.listeners(signal)).toEqual(before);
  });
});
