// A seal for tests, with the shape and the strength of the real one.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { DatagramSeal } from '../../src/index.ts';

const headLength = 29;
const tagLength = 16;

let made = 0;

/**
 * Seals with AES-128-GCM: `01 ‖ key id (4) ‖ salt (16) ‖ counter (8) ‖ ciphertext ‖ tag (16)`. Seals of the
 * same key open what each other has sealed, once.
 */
export function toySeal(key = 'key'): DatagramSeal {
  const salt = digest(`salt ${(made += 1)}`).subarray(0, 16);
  const id = digest(`id ${key}`).subarray(0, 4);
  const seen = new Set<string>();
  let counter = 0n;
  return {
    overhead: headLength + tagLength,
    seal: (datagram) => {
      const head = Buffer.alloc(headLength, 1);
      head.set(id, 1);
      head.set(salt, 5);
      head.writeBigUInt64BE((counter += 1n), 21);
      const cipher = createCipheriv('aes-128-gcm', keyOf(key, salt), nonceOf(head));
      cipher.setAAD(head);
      return Buffer.concat([head, cipher.update(datagram), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed) => {
      if (sealed[0] !== 1 || sealed.length < headLength + tagLength) return 'not-sealed';
      const head = sealed.subarray(0, headLength);
      if (!id.equals(head.subarray(1, 5))) return 'other-key';
      const name = Buffer.from(head).toString('hex');
      if (seen.has(name)) return 'replayed';
      const decipher = createDecipheriv(
        'aes-128-gcm',
        keyOf(key, head.subarray(5, 21)),
        nonceOf(head),
      );
      decipher.setAAD(head);
      decipher.setAuthTag(sealed.subarray(-tagLength));
      const opened = decipher.update(sealed.subarray(headLength, -tagLength));
      try {
        decipher.final();
      } catch {
        return 'forged';
      }
      seen.add(name);
      return opened;
    },
  };
}

const keys = new Map<string, Buffer>();

function keyOf(key: string, salt: Uint8Array): Buffer {
  const name = `${key} ${Buffer.from(salt).toString('hex')}`;
  let found = keys.get(name);
  if (!found) keys.set(name, (found = digest(name).subarray(0, 16)));
  return found;
}

function nonceOf(head: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(4), head.subarray(21)]);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
