// Looks at the first byte of a stream, and leaves it there.
import type { Duplex } from 'node:stream';

/** The first byte of a stream, which stays in it; `undefined` if the stream ends or fails before. */
export function firstByte(stream: Duplex): Promise<number | undefined> {
  return new Promise((resolve) => {
    const finish = (byte?: number): void => {
      stream.off('readable', look);
      for (const event of ['end', 'error', 'close']) stream.off(event, stop);
      resolve(byte);
    };
    const look = (): void => {
      const byte = stream.read(1) as Uint8Array | null;
      if (!byte) return;
      stream.unshift(byte);
      finish(byte[0]);
    };
    const stop = (): void => {
      finish();
    };
    for (const event of ['end', 'error', 'close']) stream.on(event, stop);
    stream.on('readable', look);
    if (stream.destroyed || stream.readableEnded) stop();
  });
}
