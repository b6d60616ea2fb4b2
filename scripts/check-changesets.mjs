// Fails where what the users of a package see has changed and no changeset says so, and where a
// changeset says other than one sentence.
import process from 'node:process';
import { textFault } from './lib/changesets.mjs';
import { packageNames, root } from './lib/commands.mjs';
import { missingChangesets, waitingChangesets } from './lib/missing-changesets.mjs';

const missing = missingChangesets(root, packageNames, process.env.CHANGESET_BASE);
const wrong = waitingChangesets(root).flatMap(({ path, text }) => {
  const fault = textFault(text);
  return fault === undefined ? [] : [`${path} ${fault}`];
});
if (missing.length > 0) missing.push('Say what changes for users: pnpm changeset');
const faults = [...missing, ...wrong];
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
} else process.stdout.write('Every change that users of a package see has its changeset.\n');
