// What both sides derive from the session's key of CPace: a proof and a sealing key for each role.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { broken, frameHeader, type FrameType } from './frames.ts';

/** The role of a side: the newcomer is the initiator of CPace, the inviter the responder. */
type Role = 'newcomer' | 'inviter';

const cipher = 'aes-256-gcm';

const tagLength = 16;

/** The 32 bytes that show that a side of this role has the session's key. */
export function proofOf(sessionKey: Uint8Array, role: Role): Uint8Array {
  return derive(sessionKey, `${role} proof`);
}

/** Seals, or opens, what a side of one role sends: each frame once, in order. */
export class RoleCipher {
  readonly #key: Uint8Array;
  #count = 0;

  constructor(sessionKey: Uint8Array, role: Role) {
    this.#key = derive(sessionKey, `${role} key`);
  }

  /** The body of a frame: the text sealed, and a tag of 16 bytes that covers the frame's header too. */
  seal(type: FrameType, text: Uint8Array): Uint8Array {
    const sealing = createCipheriv(cipher, this.#key, this.#nonce());
    sealing.setAAD(frameHeader(type, text.length + tagLength));
    return Buffer.concat([sealing.update(text), sealing.final(), sealing.getAuthTag()]);
  }

  /** @throws SealError `broken` if the body was not sealed so by the other side */
  open({ type, body }: { readonly type: FrameType; readonly body: Uint8Array }): Uint8Array {
    const end = body.length - tagLength;
    if (end < 0) throw broken('the other side sent something that is not sealed');
    const opening = createDecipheriv(cipher, this.#key, this.#nonce(), {
      authTagLength: tagLength,
    });
    opening.setAAD(frameHeader(type, body.length));
    opening.setAuthTag(body.subarray(end));
    try {
      return Buffer.concat([opening.update(body.subarray(0, end)), opening.final()]);
    } catch (cause) {
      throw broken('what the other side sent was changed on its way', cause);
    }
  }

  /** 12 bytes: how many frames came before. */
  #nonce(): Uint8Array {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(this.#count, 8);
    this.#count += 1;
    return nonce;
  }
}

function derive(sessionKey: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha512', sessionKey, '', `peerlane 1 invitation ${label}`, 32));
}
