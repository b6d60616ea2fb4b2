import { openSync, statSync } from 'node:fs';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';

// Prints the digest of a file, and leaves the hasher open: that must not keep this process.
const path = process.argv[2]!;
void new PieceHasher().hash(openSync(path, 'r'), 0, statSync(path).size).then((digest) => {
  process.stdout.write(Buffer.from(digest).toString('hex'));
});
