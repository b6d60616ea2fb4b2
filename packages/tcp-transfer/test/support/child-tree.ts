// Writes a tree of many files until it is killed: `child-tree.ts FOLDER SYNC`.
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { TreeTarget } from '../../src/tree-target/tree-target.ts';
import { killedTree } from './killed-tree.ts';

const [into, sync] = process.argv.slice(2);
const hasher = new PieceHasher();
const target = await TreeTarget.open(into!, 'tree', { hasher, sync: sync === 'sync' });
for (const files of killedTree()) await target.place(files);
await target.finish();
await hasher.close();
