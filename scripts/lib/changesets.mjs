// The rules of check:changesets: which changes of a package its users see, and what a changeset says.

const scope = '@peerlane/';

/** A changeset's packages and text: `{ packages, text }`, the packages without their scope. */
export function parseChangeset(source) {
  const [, head = '', text = ''] = /^---\n(.*?)^---$(.*)/ms.exec(source.replaceAll('\r', '')) ?? [];
  const named = head.matchAll(/^['"]?@peerlane\/([\w-]+)['"]?: *(?:major|minor|patch)$/gm);
  return { packages: [...named].map(([, name]) => name), text: text.trim() };
}

/** The fault of the text of a changeset, which becomes one line of each changelog. */
export function textFault(text) {
  if (text === '') return 'says nothing';
  if (text.includes('\n')) return 'has several lines: write one changeset for each change';
  if (/[.!?]\s+\S/.test(withoutCode(text)))
    return 'has several sentences: write one changeset for each change';
  if (!text.endsWith('.')) return 'does not end with a full stop';
  if (/^breaking\b/i.test(text) && !/^Breaking: \S/.test(text))
    return 'begins other than "Breaking: …"';
  if (/\bbreaking:/i.test(text.slice(1))) return 'says "Breaking:" elsewhere than first';
  return undefined;
}

const withoutCode = (text) => text.replaceAll(/`[^`]*`/g, 'code');

/** The folders of a package, relative to its own, whose files are published or built into what is. */
export const publishedFolders = ({ files = [] }) => [
  'src',
  ...files.filter((path) => path !== 'CHANGELOG.md'),
];

const fields = ['type', 'engines', 'os', 'cpu', 'bin', 'sideEffects'];
const dependencies = ['dependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * The first part of a package.json that its users see and that differs; `undefined` where none does.
 *
 * @param before,after each `{ manifest, catalog }`: the package.json, and the versions that its
 *   `catalog:` stands for
 */
export function contractChange(before, after) {
  const [was, is] = [contractOf(before), contractOf(after)];
  return Object.keys(is).find((part) => JSON.stringify(was[part]) !== JSON.stringify(is[part]));
}

function contractOf({ manifest, catalog }) {
  const { exports, publishConfig } = manifest;
  return {
    // The conditions of the repository are not published.
    exports: publishConfig?.exports ?? exports,
    ...Object.fromEntries(fields.map((name) => [name, manifest[name]])),
    ...Object.fromEntries(dependencies.map((name) => [name, rangesOf(manifest[name], catalog)])),
  };
}

/** The ranges of the versions of dependencies. Packages of this repository follow one another when they are released. */
function rangesOf(asked = {}, catalog) {
  return Object.entries(asked)
    .map(([name, range]) => [
      name,
      name.startsWith(scope) ? '' : range === 'catalog:' ? catalog[name] : range,
    ])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
