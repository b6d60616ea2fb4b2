// The work of a thread on many small files in one hand-over: compared, written, listed, or read.
import { timeOfChangeSource } from '../paths/file-time.ts';
import { compareSource, type Compared, type CompareRequest } from './compare-work.ts';
import { contentHashSource } from './content-hash.ts';
import type { FileBatchAnswer, FileBatchRequest } from './file-batch.ts';
import { columnsSource } from './files-in-folders.ts';
import { readSource } from './read-work.ts';
import { failureSource } from './system-failure.ts';
import {
  writeSource,
  type NameRequest,
  type WriteAnswer,
  type WriteRequest,
} from './write-work.ts';

/** Asks what is in a folder. */
export interface ListRequest {
  readonly work: 'list';
  readonly folder: string;
}

/** What is in a folder: its regular files and its folders, without hidden ones. */
export interface Listed {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** In bytes. */
  readonly sizes: readonly number[];
}

/** Work on files, and its result. */
export interface FileWork {
  readonly compare: { readonly request: CompareRequest; readonly result: Compared };
  readonly write: { readonly request: WriteRequest; readonly result: WriteAnswer };
  /** One of `writtenStates` for each file. */
  readonly name: { readonly request: NameRequest; readonly result: Uint8Array };
  readonly list: { readonly request: ListRequest; readonly result: Listed };
  readonly read: { readonly request: FileBatchRequest; readonly result: FileBatchAnswer };
}

export type FileRequest = FileWork[keyof FileWork]['request'];

const kindsSource = `
const fileWork = {
  compare: compareFiles,
  write: writeFiles,
  name: nameFiles,
  list({ folder }) {
    const found = { folders: [], files: [], sizes: [] };
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) found.folders.push(entry.name);
      if (!entry.isFile()) continue;
      try {
        const { size } = fs.lstatSync(folder + '/' + entry.name);
        found.files.push(entry.name);
        found.sizes.push(size);
      } catch {}
    }
    return found;
  },
};
`;

/** The functions of a worker for this work, as CommonJS: `fileWork` has one for each kind. */
export const fileWorkSource: string = [
  "const fs = require('node:fs');",
  ...[failureSource, contentHashSource, columnsSource, timeOfChangeSource],
  ...[compareSource, writeSource, kindsSource, readSource],
].join('\n');
