// `bench seal`: what sealing a datagram takes, and refusing one, beside AES-256-GCM alone.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  randomFillSync,
} from 'node:crypto';
import { ClusterKey, Keyring, SealedDatagrams } from '@peerlane/seal';
import { alternate, show, summarise } from './measure.ts';

const rounds = 31;
const datagramsInRound = 1000;
/** The length of the longest datagram that a node should send, in bytes. */
const length = 1200;
const overhead = 45;

/** Prints how many microseconds each kind of datagram takes. */
export async function run(): Promise<void> {
  const keyring = new Keyring([ClusterKey.generate()]);
  const sender = new SealedDatagrams(keyring);
  const receiver = new SealedDatagrams(keyring);
  const other = new SealedDatagrams(new Keyring([ClusterKey.generate()]));
  const datagram = randomBytes(length - overhead);

  const sealed = (): Uint8Array[] =>
    Array.from({ length: datagramsInRound }, () => sender.seal(datagram));
  const changed = (at: number): Uint8Array[] =>
    sealed().map((bytes) => {
      bytes[at]! ^= 1;
      return bytes;
    });
  const opens = (
    by: SealedDatagrams,
    given: () => Uint8Array[],
    expected?: string,
  ): (() => Promise<number>) => {
    return () => {
      const datagrams = given();
      return timed((index) => {
        const outcome = by.open(datagrams[index]!);
        if (expected === undefined ? typeof outcome === 'string' : outcome !== expected)
          throw new Error(`expected ${expected ?? 'a datagram'}, got ${String(outcome)}`);
      });
    };
  };
  const known = sender.seal(datagram);
  receiver.open(known);

  const raw = rawCipher(datagram);
  const figures = await alternate(
    {
      'seal: AES-256-GCM alone': () => timed(raw.encrypt),
      seal: () => timed(() => sender.seal(datagram)),
      'open: AES-256-GCM alone': () => timed(raw.decrypt),
      open: opens(receiver, sealed),
      'open: the first of a sender': opens(receiver, () =>
        Array.from({ length: datagramsInRound }, () => new SealedDatagrams(keyring).seal(datagram)),
      ),
      'refuse: replayed': opens(
        receiver,
        () => Array<Uint8Array>(datagramsInRound).fill(known),
        'replayed',
      ),
      'refuse: another key': opens(other, sealed, 'other-key'),
      'refuse: forged, of a known sender': opens(receiver, () => changed(100), 'forged'),
      'refuse: forged, of an unknown sender': opens(
        receiver,
        () => sealed().map((bytes) => (randomFillSync(bytes, 5, 16), bytes)),
        'forged',
      ),
    },
    rounds,
  );
  process.stdout.write(`For each datagram of ${length} bytes, sealed:\n`);
  for (const [name, perRound] of Object.entries(figures))
    process.stdout.write(`${name.padEnd(40)}${show(summarise(perRound), 'µs')}\n`);
}

/** The cipher with a key and a nonce that stay the same, and nothing around it. */
function rawCipher(datagram: Uint8Array): { encrypt: () => void; decrypt: () => void } {
  const key = createSecretKey(randomBytes(32));
  const nonce = randomBytes(12);
  const ahead = randomBytes(29);
  const encrypt = (): [Buffer, Buffer] => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(ahead);
    const encrypted = cipher.update(datagram);
    cipher.final();
    return [encrypted, cipher.getAuthTag()];
  };
  const [encrypted, tag] = encrypt();
  return {
    encrypt,
    decrypt: () => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce);
      decipher.setAAD(ahead);
      decipher.setAuthTag(tag);
      decipher.update(encrypted);
      decipher.final();
    },
  };
}

/** How long some work takes for each datagram of a round, in microseconds. */
function timed(work: (index: number) => void): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < datagramsInRound; index += 1) work(index);
  return Promise.resolve(((performance.now() - start) * 1000) / datagramsInRound);
}
