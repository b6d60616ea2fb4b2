// Shows the linter what the layers forbid, and fails where it lets something pass.
import { join } from 'node:path';
import process from 'node:process';
import { ESLint } from 'eslint';

const forbidden = [
  ['packages/protocol/src/index.ts', 'peerlane/imports', "import 'node:fs';"],
  ['packages/protocol/src/index.ts', 'peerlane/imports', "import 'fs/promises';"],
  ['packages/protocol/src/index.ts', 'peerlane/imports', "export * from '@peerlane/cluster';"],
  ['packages/cluster/src/index.ts', 'peerlane/imports', "import '@peerlane/udp-node';"],
  ['packages/cluster/src/index.ts', 'peerlane/imports', "void import('node:dgram');"],
  ['packages/cluster/src/index.ts', 'peerlane/imports', 'void import(`timers`);'],
  ['packages/cluster/src/index.ts', 'peerlane/imports', "import '../../protocol/src/index.ts';"],
  ['packages/cluster/src/index.ts', 'peerlane/imports', "export { x } from '../../../x.ts';"],
  ['packages/cluster/src/index.ts', 'no-restricted-globals', 'export const x = Date.now();'],
  ['packages/cluster/src/index.ts', 'no-restricted-globals', 'setTimeout(() => 0, 1);'],
  ['packages/cluster/src/index.ts', 'no-restricted-globals', 'globalThis.setTimeout(() => 0, 1);'],
  ['packages/cluster/src/index.ts', 'no-restricted-properties', 'export const x = Math.random();'],
  ['packages/seal/src/index.ts', 'peerlane/imports', "import '@peerlane/udp-node';"],
  ['packages/seal/src/index.ts', 'peerlane/imports', "import 'node:fs';"],
  ['packages/seal/src/index.ts', 'no-restricted-properties', 'export const x = Math.random();'],
  ['packages/udp-node/src/index.ts', 'peerlane/imports', "import '@peerlane/tcp-transfer';"],
  ['packages/udp-node/src/index.ts', 'peerlane/imports', "import 'net';"],
  ['packages/udp-node/src/index.ts', 'peerlane/imports', "type X = import('node:fs').Stats;"],
  ['packages/udp-node/src/index.ts', 'no-restricted-globals', 'setInterval(() => 0, 1);'],
  [
    'packages/udp-node/src/index.ts',
    'no-restricted-globals',
    'export const x = performance.now();',
  ],
  ['packages/udp-node/src/index.ts', 'no-restricted-properties', 'export const x = Math.random();'],
  ['packages/udp-node/src/index.ts', 'peerlane/imports', "import 'node:timers/promises';"],
  ['packages/udp-node/src/index.ts', 'peerlane/imports', "import 'node:crypto';"],
  [
    'packages/udp-node/src/system/clock.ts',
    'no-restricted-properties',
    'export const x = Math.random();',
  ],
  ['packages/tcp-transfer/src/index.ts', 'peerlane/imports', "import '@peerlane/udp-node';"],
  ['packages/tcp-transfer/src/index.ts', 'peerlane/imports', "import 'node:dgram';"],
  [
    'packages/tcp-transfer/src/index.ts',
    'no-restricted-imports',
    "import { rm } from 'node:fs/promises';",
  ],
  ['apps/demo/src/main.ts', 'no-restricted-imports', "import { rmSync } from 'fs';"],
  [
    'packages/tcp-transfer/src/index.ts',
    'no-restricted-syntax',
    "export { rename } from './while-busy.ts';\nimport { unlink } from 'node:fs/promises';",
  ],
  [
    'packages/cli/src/config/settings.ts',
    'peerlane/imports',
    "import '../../../cluster/src/x.ts';",
  ],
  ['packages/cli/src/index.ts', 'peerlane/imports', "import { connect } from 'node:net';"],
  [
    'packages/cli/test/support/lab.ts',
    'peerlane/imports',
    "import '../../../cluster/src/index.ts';",
  ],
  ['apps/demo/src/main.ts', 'peerlane/imports', "import '@peerlane/cluster';"],
  ['packages/udp-node/src/system/clock.ts', 'peerlane/rooms', "import '../lan/lan-socket.ts';"],
  ['packages/udp-node/src/search/offer.ts', 'peerlane/rooms', "import '../sending/allow.ts';"],
  ['packages/udp-node/src/lan/lan-socket.ts', 'peerlane/rooms', "import '../index.ts';"],
  [
    'packages/tcp-transfer/src/connection/pace.ts',
    'peerlane/rooms',
    "import type { Swarm } from '../swarm/swarm.ts';",
  ],
  [
    'packages/tcp-transfer/src/storage/place-file.ts',
    'peerlane/rooms',
    "export * from '../manifests/hash-job.ts';",
  ],
  ['packages/tcp-transfer/src/answers/refuse.ts', 'peerlane/rooms', "void import('../index.ts');"],
  ['packages/cli/src/node/node.ts', 'peerlane/rooms', "type X = import('../output/io.ts').Io;"],
  ['packages/cli/src/session/downloads.ts', 'peerlane/rooms', "import '../commands/get.ts';"],
];

// No rule of these needs a type, and to find types anew for every sample takes long.
const eslint = new ESLint({
  cwd: join(import.meta.dirname, '..'),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => forbidden.some(([, rule]) => rule === ruleId),
});
let passed = 0;
for (const [filePath, rule, code] of forbidden) {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath });
  if (messages.some(({ ruleId, severity }) => ruleId === rule && severity === 2)) continue;
  passed += 1;
  process.stderr.write(`${filePath} may hold: ${code}\n`);
}
if (passed > 0) process.exitCode = 1;
else process.stdout.write(`All ${forbidden.length} forbidden samples were refused.\n`);
