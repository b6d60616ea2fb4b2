// The changelog that is made of changesets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import changelog, { breakingFirst } from '../lib/changelog.mjs';

test('A changeset is a line of the changelog, as it was written', () => {
  const line = changelog.getReleaseLine({ summary: 'Breaking: `a` is gone.\n', commit: 'c0ffee' });
  assert.equal(line, '- Breaking: `a` is gone.');
});

test('Packages that come along are one line', () => {
  const needed = [
    { name: '@peerlane/protocol', newVersion: '0.2.0' },
    { name: '@peerlane/cluster', newVersion: '0.3.0' },
  ];
  assert.equal(
    changelog.getDependencyReleaseLine([{}, {}], needed),
    '- Needs @peerlane/protocol@0.2.0, @peerlane/cluster@0.3.0.',
  );
  assert.equal(changelog.getDependencyReleaseLine([], []), '');
});

test('Breaking changes come first under each heading, all others stay in their order', () => {
  const text = (...lines) => `# a\n\n## 0.2.0\n\n### Minor Changes\n\n${lines.join('\n')}\n`;
  const older = '\n## 0.1.0\n\n### Minor Changes\n\n- New.\n- Breaking: older.\n';
  const before = text(
    '- One.',
    '  - more of it',
    '- Breaking: two.',
    '- Three.',
    '- Breaking: four.',
  );
  const after = text(
    '- Breaking: two.',
    '- Breaking: four.',
    '- One.',
    '  - more of it',
    '- Three.',
  );
  assert.equal(breakingFirst(before + older), after + older.replace(/(- New\.\n)(.*\n)/, '$2$1'));
  assert.equal(breakingFirst(after), after);
});
