// Randomness, as a node uses it.
import { randomBytes } from 'node:crypto';

/** Returns 64 random bits as 16 hexadecimal digits. */
export type RandomBits = () => string;

/** The randomness of this machine. */
export const systemRandom: RandomBits = () => randomBytes(8).toString('hex');
