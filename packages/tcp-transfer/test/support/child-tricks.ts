// The tricks that another user of the machine plays on a download, for attacks in tests.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** One round of a trick that another user plays on a download into a folder. */
export type Trick = (into: string, home: string) => void;

/** The content that the attacker wants to be delivered. */
export const poison: Buffer = Buffer.alloc(20_000, 'poison ');

const hiddenNames = (into: string): string[] =>
  readdirSync(into).filter((name) => name.startsWith('.peerlane'));

/** Runs steps and ignores their failures, as the victim works in the same folder. */
function attempt(...steps: readonly (() => void)[]): void {
  for (const step of steps) {
    try {
      step();
    } catch {
      // The next round may succeed.
    }
  }
}

/** Replaces all files in a folder of the attacker by poisoned ones. */
function poisonAll(folder: string): void {
  attempt(() => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      attempt(
        () => unlinkSync(path),
        () => writeFileSync(path, poison),
      );
    }
  });
}

/** Makes a folder that everyone may use, and removes it unless somebody does. */
function lure(path: string): void {
  attempt(
    () => mkdirSync(path),
    () => chmodSync(path, 0o777),
    () => poisonAll(path),
    () => rmdirSync(path),
  );
}

/** The tricks by name. */
export const tricks: Readonly<Record<string, Trick>> = {
  'a folder of theirs in the place of the hidden one, for a moment': (into) => {
    lure(join(into, '.peerlane'));
  },
  'a link in the place of the hidden folder, for a moment': (into, home) => {
    const path = join(into, '.peerlane');
    attempt(
      () => symlinkSync(home, path),
      () => unlinkSync(path),
    );
  },
  'the hidden folder moved, and a folder of theirs in its place': (into) => {
    for (const name of hiddenNames(into)) {
      const [path, away] = [join(into, name), join(into, `away-${name}`)];
      attempt(
        () => renameSync(path, away),
        () => lure(path),
        () => renameSync(away, path),
      );
    }
  },
  'the hidden folder moved, and a link in its place': (into, home) => {
    for (const name of hiddenNames(into)) {
      const [path, away] = [join(into, name), join(into, `away-${name}`)];
      attempt(
        () => renameSync(path, away),
        () => symlinkSync(home, path),
        () => unlinkSync(path),
        () => renameSync(away, path),
      );
    }
  },
  'the download folder moved, and a link in its place': (into, home) => {
    const away = join(into, '..', `away-${basename(into)}`);
    attempt(
      () => renameSync(into, away),
      () => symlinkSync(home, into),
      () => unlinkSync(into),
      () => renameSync(away, into),
    );
  },
};
