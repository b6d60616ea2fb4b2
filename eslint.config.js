import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// The layers point downwards. What the sources of each package may reach for stands here.

const peerlaneImports = (...allowed) => ({
  regex: `^@peerlane/(?!(?:${allowed.join('|') || '-'})(?:/|$))`,
  message: 'This layer may not import that package: see "Layers" in CONTRIBUTING.md.',
});
const nodeImports = (...modules) => ({
  regex: modules.length > 0 ? `^node:(?:${modules.join('|')})` : '^node:',
  message: 'This layer does not do that: see "Layers" in CONTRIBUTING.md.',
});
const relativeAcross = {
  regex: '^\\.\\./(?:\\.\\./)+(?:packages|apps|bench)/',
  message: 'Packages import each other by name.',
};
const forbid = (message, ...names) => ['error', ...names.map((name) => ({ name, message }))];

const layer = (name, patterns, rules = {}) => ({
  files: [`packages/${name}/src/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', { patterns: [relativeAcross, ...patterns] }],
    ...rules,
  },
});

const pure = {
  'no-restricted-globals': forbid(
    'This layer is pure: time and randomness come in as arguments.',
    ...[
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'performance',
      'Date',
      'crypto',
    ],
    ...['process', 'Buffer', 'window', 'document', 'fetch'],
  ),
};

export default defineConfig(
  { ignores: ['**/dist/', '**/coverage/', '**/.turbo/', '.mutants-*/'] },
  js.configs.recommended,
  {
    files: ['scripts/**'],
    languageOptions: {
      globals: { process: false, setTimeout: false, clearTimeout: false, Buffer: false },
    },
  },
  { files: ['**/*.ts'], extends: [tseslint.configs.strict] },
  {
    files: ['**/{src,test}/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/test/**/*.ts'],
    rules: { '@typescript-eslint/no-confusing-void-expression': 'off' },
  },
  layer('protocol', [peerlaneImports(), nodeImports()], pure),
  layer('cluster', [peerlaneImports('protocol'), nodeImports()], pure),
  layer('udp-node', [
    peerlaneImports('protocol', 'cluster'),
    nodeImports('net', 'tls', 'fs', 'http', 'child_process'),
  ]),
  layer('tcp-transfer', [
    peerlaneImports('protocol'),
    nodeImports('dgram', 'http', 'child_process'),
  ]),
  layer('cli', [
    peerlaneImports('protocol', 'cluster', 'udp-node', 'tcp-transfer'),
    nodeImports('dgram', 'net', 'tls', 'http'),
  ]),
);
