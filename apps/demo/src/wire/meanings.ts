// The meanings of the keys of version 2, in a few words. docs/protocol.md has them in full.
/** The meaning of each key. */
const keys: Readonly<Record<string, string>> = {
  v: 'the highest version that the sender speaks',
  id: 'random digits, new at each start: they identify this run of a node',
  name: 'the name of the node, for people',
  period: 'milliseconds between two broadcasts of the sender',
  tcp: 'the TCP port from which the sender serves its files',
  ping: 'send these random digits back, so that I know you are there',
  pong: 'the digits that you sent: I am really at this address',
  leave: 'goodbye: the sender is about to stop',
  guest: 'the sender wants answers, but is no member',
  req: 'random digits that identify the request: the answer repeats them',
  filename: 'the name of the file',
  size: 'the size of the whole file in bytes',
  root: 'a hash over the hashes of all pieces: it names the content',
  miss: 'I do not have it: you need not wait for me',
  want: 'data, or the manifest: the hashes of all pieces',
  offset: 'the offset of the first byte in the file',
  length: 'the number of bytes',
  mtime: 'the last change of the file, in milliseconds since 1970',
  pieceLength: 'the length of a piece in bytes',
  cursor: 'where the catalog continues',
  error: 'the reason why there is no data',
};

/** The meaning of a key. */
export function meaningOf(key: string): string {
  return keys[key] ?? 'a key that this version does not know, and ignores';
}
