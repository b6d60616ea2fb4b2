// Finds a text in bytes, as whoever reads along would: in the encodings in which text crosses a network.

/** The first of the encodings in which bytes hold a text or other bytes; `undefined` if they do not. */
export function encodingIn(bytes: Buffer, secret: string | Uint8Array): string | undefined {
  return encodingsOf(secret).find(([, needle]) => bytes.includes(needle))?.[0];
}

/** The bytes by which a secret can be known, and what they are. */
export function encodingsOf(secret: string | Uint8Array): [name: string, needle: Buffer][] {
  const plain: [string, Buffer][] =
    typeof secret === 'string'
      ? [
          ['UTF-8', Buffer.from(secret)],
          ['UTF-16LE', Buffer.from(secret, 'utf16le')],
          ['UTF-16BE', Buffer.from(secret, 'utf16le').swap16()],
        ]
      : [['bytes', Buffer.from(secret)]];
  return plain.flatMap(([name, bytes]): [string, Buffer][] => [
    [name, bytes],
    [`${name} in hex`, Buffer.from(bytes.toString('hex'))],
    [`${name} in upper-case hex`, Buffer.from(bytes.toString('hex').toUpperCase())],
    ...[0, 1, 2].flatMap((offset): [string, Buffer][] => {
      const text = base64At(offset, bytes);
      const url = text.replaceAll('+', '-').replaceAll('/', '_');
      return [
        [`${name} in base64`, Buffer.from(text)],
        [`${name} in base64url`, Buffer.from(url)],
      ];
    }),
  ]);
}

/** What base64 makes of these bytes alone, when so many bytes of another text come before them. */
function base64At(offset: number, bytes: Buffer): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  // The characters at both ends also hold bits of what is around.
  const [before, after] = [[0, 2, 3][offset]!, Math.floor(((offset + bytes.length) * 8) / 6)];
  return text.slice(before, after);
}
