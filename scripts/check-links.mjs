// Fails where a Markdown file of the repository points to a file or a heading that is not there.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { root, run } from './lib/commands.mjs';

const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'];
const documents = run('git', listed, { cwd: root })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** The text without what stands in code. */
const prose = (text) => text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, 'code');

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(path) {
  const text = readFileSync(path, 'utf8').replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

const faults = [];
let links = 0;
for (const document of documents) {
  const path = join(root, document);
  for (const [, target] of prose(readFileSync(path, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    links += 1;
    const [file, anchor] = target.split('#');
    const to = file === '' ? path : resolve(dirname(path), file);
    if (relative(root, to).startsWith('..') || !existsSync(to)) {
      faults.push(`${document}: there is no ${target}`);
    } else if (anchor !== undefined) {
      const page = statSync(to).isDirectory() ? join(to, 'README.md') : to;
      if (!anchorsOf(page).includes(anchor)) faults.push(`${document}: no heading is ${target}`);
    }
  }
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
} else process.stdout.write(`${links} links in ${documents.length} documents lead somewhere.\n`);
