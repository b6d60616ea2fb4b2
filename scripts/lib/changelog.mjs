// How changesets become a changelog. `changeset version` asks for each line here and puts them in the
// order in which the disk lists the changesets; `breakingFirst` follows.

/** A line of a changelog for each changeset, as it was written. */
export default {
  getReleaseLine: ({ summary }) => `- ${summary.trim()}`,
  getDependencyReleaseLine: (_changesets, updated) =>
    updated.length === 0
      ? ''
      : `- Needs ${updated.map(({ name, newVersion }) => `${name}@${newVersion}`).join(', ')}.`,
};

const isBreaking = (line) => line.startsWith('- Breaking:');

/** A changelog in which, of the lines of each heading, those come first that break something. */
export function breakingFirst(changelog) {
  return changelog.replaceAll(/(?:^- .*\n(?: {2}.*\n)*)+/gm, (list) => {
    const items = list.match(/^- .*\n(?: {2}.*\n)*/gm);
    return [...items.filter(isBreaking), ...items.filter((item) => !isBreaking(item))].join('');
  });
}
