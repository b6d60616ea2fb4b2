import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calculateGenerator,
  CpaceSide,
  generatorString,
  lengthValues,
  multiplyVerified,
  sampleScalar,
  sessionKey,
  transcript,
} from '../../src/invitation/cpace.ts';
import vectors from '../fixtures/cpace.json' with { type: 'json' };

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (of: Uint8Array | undefined): string => Buffer.from(of ?? []).toString('hex');
const message = ({ share, data }: { share: string; data: string }) => ({
  share: bytes(share),
  data: bytes(data),
});

describe('CPace agrees with the vectors of the draft', () => {
  const { exchange } = vectors;
  const { initiator, responder } = exchange;
  const inputs = {
    password: bytes(exchange.password),
    channel: bytes(exchange.channel),
    session: bytes(exchange.session),
  };

  it('in lv_cat and prepend_len', () => {
    for (const { texts, result } of vectors.lengthValues)
      expect(hex(lengthValues(...texts.map(bytes)))).toBe(result);
    for (const { bytes: length, prefix } of vectors.lengths) {
      const text = Uint8Array.from({ length }, (_, index) => index);
      expect(hex(lengthValues(text))).toBe(prefix + hex(text));
    }
  });

  it('in transcript_ir', () => {
    for (const { initiator, responder, result } of vectors.transcripts)
      expect(hex(transcript(message(initiator), message(responder)))).toBe(result);
    expect(hex(transcript(message(initiator), message(responder)))).toBe(exchange.transcript);
  });

  it('in the generator', () => {
    expect(hex(generatorString(inputs))).toBe(exchange.generatorString);
    expect(hex(calculateGenerator(inputs).toBytes())).toBe(exchange.generator);
  });

  it('in both shares, the secret point and the session key', () => {
    const a = new CpaceSide(inputs, () => bytes(initiator.scalar));
    const b = new CpaceSide(inputs, () => bytes(responder.scalar));
    expect(hex(a.share)).toBe(initiator.share);
    expect(hex(b.share)).toBe(responder.share);
    expect(hex(a.agree(b.share))).toBe(exchange.secret);
    expect(hex(b.agree(a.share))).toBe(exchange.secret);
    const key = sessionKey(
      inputs.session,
      bytes(exchange.secret),
      message(initiator),
      message(responder),
    );
    expect(hex(key)).toBe(exchange.sessionKey);
  });

  it('in scalar_mult_vfy, which refuses what is no point, and the neutral element', () => {
    const { scalar, share, result } = vectors.valid;
    const y = sampleScalar(() => bytes(scalar));
    expect(hex(multiplyVerified(y, bytes(share)))).toBe(result);
    for (const invalid of vectors.invalidShares)
      expect(multiplyVerified(y, bytes(invalid))).toBeUndefined();
  });
});

describe('CPace', () => {
  it('refuses encodings that are no canonical point of ristretto255, of any length', () => {
    // From RFC 9496, appendix A.3: too large, negative, and no square.
    const bad = [
      '00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
    ];
    for (const share of bad) expect(multiplyVerified(5n, bytes(share))).toBeUndefined();
    for (const length of [0, 1, 31, 33, 64])
      expect(multiplyVerified(5n, new Uint8Array(length).fill(2))).toBeUndefined();
  });

  it('pads so that the first block of the hash holds domain, password and padding, whatever they are', () => {
    const password = fc.uint8Array({ maxLength: 109 });
    fc.assert(
      fc.property(password, (password) => {
        const text = generatorString({ password, channel: bytes('aa'), session: bytes('') });
        expect(text).toHaveLength(128 + 3);
        expect(hex(text.subarray(128))).toBe('01aa00');
      }),
    );
  });

  it('gives both sides one key if inputs and data are the same, and else two', () => {
    const text = fc.uint8Array({ maxLength: 20 });
    const inputs = fc.record({ password: text, channel: text, session: text });
    const random = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((of) => of.some(Boolean));
    fc.assert(
      fc.property(inputs, fc.option(inputs), random, random, (ours, other, r1, r2) => {
        fc.pre([r1, r2].every((of) => sampleScalar(() => of) > 0n));
        const theirs = other ?? ours;
        const a = new CpaceSide(ours, () => r1);
        const b = new CpaceSide(theirs, () => r2);
        const messages = [
          { share: a.share, data: bytes('aa') },
          { share: b.share, data: bytes('bb') },
        ] as const;
        const keyA = hex(sessionKey(ours.session, a.agree(b.share)!, ...messages));
        const keyB = hex(sessionKey(theirs.session, b.agree(a.share)!, ...messages));
        const same = JSON.stringify(ours) === JSON.stringify(theirs);
        expect(keyA === keyB).toBe(same);
        const [one, two] = messages;
        expect(hex(sessionKey(ours.session, a.agree(b.share)!, two, one))).not.toBe(keyA);
      }),
      { numRuns: 15 },
    );
  });
});
