// Sealed datagrams in the page, by the vectors of docs/protocol.md, "Sealed clusters".
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { DatagramOpener } from '../src/page/seal/datagram-opener.ts';
import type { DemoEvent } from '../src/wire/events.ts';
import { sealFields } from '../src/wire/seal-fields.ts';

interface Vector {
  readonly sealed?: string;
  /** The message of a sealed datagram. */
  readonly seals?: string;
  readonly opens?: string;
  readonly fault?: string;
}

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const vectors = [...document.matchAll(/^```jsonl sealed\n(.*?)^```$/gms)]
  .flatMap(([, block]) => block!.trimEnd().split('\n'))
  .map((line) => JSON.parse(line) as Vector)
  .flatMap(({ sealed, ...vector }) => (sealed === undefined ? [] : { ...vector, sealed }));

const key = `peerlane-key-1:${Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64url')}`;
const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, 'hex'));

/** A counter that no sender has. The page opens such a datagram: it is sealed well, and keeps no window. */
const tooHigh = '0020000000000000';

describe('sealed datagrams', () => {
  let opener: DatagramOpener;
  beforeEach(() => {
    opener = new DatagramOpener();
    opener.hold(key);
  });

  it('The page opens what the document says to open, and nothing else', async () => {
    const outcomes = { opened: 0, refused: 0 };
    for (const { sealed, seals, opens = seals } of vectors) {
      if (sealed.includes(tooHigh)) continue;
      const opened = await opener.open(bytesOf(sealed));
      expect(opened && new TextDecoder().decode(opened), sealed).toBe(opens);
      outcomes[opened ? 'opened' : 'refused'] += 1;
    }
    expect(outcomes).toEqual({ opened: 4, refused: 5 });
  });

  it('A page without the key opens nothing', async () => {
    const sealed = bytesOf(vectors[0]!.sealed);
    expect(await new DatagramOpener().open(sealed)).toBe(undefined);
    opener.hold(`peerlane-key-1:${'A'.repeat(43)}`);
    expect(await opener.open(sealed)).toBe(undefined);
  });

  it('An event of a sealed datagram gets its message, and any other stays as it is', async () => {
    const { sealed, seals } = vectors[0]!;
    const event = (bytes: Uint8Array): DemoEvent => ({
      ...{ type: 'datagram', seq: 1, at: 1, node: 'node1', fate: 'in', own: '', peer: '' },
      bytes: Buffer.from(bytes).toString('base64'),
    });
    const opened = Buffer.from(seals!).toString('base64');
    const before = event(bytesOf(sealed));
    expect(await opener.opened(before)).toEqual({ ...before, opened });
    for (const other of [
      event(Buffer.from('Get,a.txt\n')),
      { type: 'rate', rate: 1 } satisfies DemoEvent,
    ])
      expect(await opener.opened(other)).toBe(other);
  });

  it('Each byte of a sealed datagram belongs to one field', () => {
    const [first] = vectors;
    const bytes = bytesOf(first!.sealed);
    const fields = sealFields(bytes);
    expect(fields.map(({ name, start, end, text }) => [name, start, end, text])).toEqual([
      ['version', 0, 1, '01'],
      ['key id', 1, 5, '2c8f585a'],
      ['salt', 5, 21, '808182838485868788898a8b8c8d8e8f'],
      ['counter', 21, 29, '0'],
      ['ciphertext', 29, 43, '14 bytes'],
      ['tag', 43, 59, first!.sealed.slice(-32)],
    ]);
    for (const [index, { start }] of fields.slice(1).entries())
      expect(start).toBe(fields[index]!.end);
    expect(fields.at(-1)!.end).toBe(bytes.length);
  });
});
