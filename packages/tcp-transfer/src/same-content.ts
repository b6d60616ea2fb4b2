import { open, type FileHandle } from 'node:fs/promises';

const pieceSize = 1024 * 1024;

/** Whether two files hold the same bytes. What is no regular file equals nothing. */
export async function sameContent(left: string, right: string): Promise<boolean> {
  const handles: FileHandle[] = [];
  try {
    for (const path of [left, right]) handles.push(await open(path));
    return await compare(handles[0]!, handles[1]!);
  } catch {
    return false;
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function compare(left: FileHandle, right: FileHandle): Promise<boolean> {
  const [a, b] = await Promise.all([left.stat(), right.stat()]);
  if (!a.isFile() || !b.isFile() || a.size !== b.size) return false;
  const [one, other] = [Buffer.alloc(pieceSize), Buffer.alloc(pieceSize)];
  for (let position = 0; position < a.size; position += pieceSize) {
    const [{ bytesRead: m }, { bytesRead: n }] = await Promise.all([
      left.read(one, 0, pieceSize, position),
      right.read(other, 0, pieceSize, position),
    ]);
    if (!one.subarray(0, m).equals(other.subarray(0, n))) return false;
  }
  return true;
}
