// The licences of packages whose code is built into ours: whoever passes it on passes them on, too.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';

/** The folder of the package that a file belongs to; none for files of this repository. */
const packageFolder = (path) =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(path)?.[0];

/** The files whose code is in the output of a build, from esbuild's metafile. */
export const builtFiles = ({ outputs }) =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => resolve(process.cwd(), path)),
  );

/** The licence of the package in a folder: `{ name, version, text }`. */
export function licenceOf(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} comes without the text of its licence`);
  return { name, version, text: readFileSync(join(folder, file), 'utf8').trim() };
}

/** The licences of all packages that some files belong to, by name. */
export function licencesOf(files) {
  const folders = new Set(files.map(packageFolder).filter(Boolean));
  return [...folders].map(licenceOf).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Licences as one text. */
export const licenceText = (licences) =>
  licences.map(({ name, version, text }) => `${name} ${version}\n\n${text}\n`).join('\n---\n\n');

/** An esbuild plugin that writes the licences of all packages that are built in to a file. */
export const writeLicences = (file) => ({
  name: 'licences',
  setup({ initialOptions, onEnd }) {
    initialOptions.metafile = true;
    onEnd(({ metafile }) => {
      if (metafile === undefined) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, licenceText(licencesOf(builtFiles(metafile))));
    });
  },
});
