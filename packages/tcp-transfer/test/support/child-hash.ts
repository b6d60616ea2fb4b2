// A program that prints the digest of a file and leaves the hasher open, which must not keep it alive.
import { openSync, statSync } from 'node:fs';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';

const path = process.argv[2]!;
void new PieceHasher().hash(openSync(path, 'r'), 0, statSync(path).size).then((digest) => {
  process.stdout.write(Buffer.from(digest).toString('hex'));
});
