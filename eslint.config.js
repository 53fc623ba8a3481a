'use strict';
const js = require('@eslint/js');
const tseslint = require('typescript-eslint');
const importX = require('eslint-plugin-import-x');
const prettier = require('eslint-config-prettier');

const ROOMS = [
  'domain',
  'workflows',
  'activities',
  'storage',
  'network',
  'evaluation',
  'simulation',
  'api',
  'worker',
  'processes',
  'runtime',
  'cli',
];

const allBut = (...rooms) => ROOMS.filter((room) => !rooms.includes(room));

/** The import law: which rooms a room may open the door to (docs/architecture.md). */
const LAW = {
  domain: allBut('domain'),
  workflows: allBut('workflows', 'domain', 'activities'),
  activities: allBut('activities', 'domain', 'storage', 'network', 'runtime', 'workflows'),
  storage: allBut('storage', 'domain'),
  network: allBut('network', 'domain'),
  evaluation: allBut('evaluation', 'domain', 'network'),
  simulation: allBut('simulation', 'domain', 'network'),
  api: allBut('api', 'domain', 'storage', 'network', 'runtime', 'workflows'),
  worker: allBut('worker', 'domain', 'activities', 'storage', 'network', 'runtime', 'workflows'),
  processes: allBut('processes', 'api', 'worker', 'activities', 'runtime', 'workflows'),
  runtime: allBut('runtime', 'domain', 'storage', 'network'),
  // What is published stands alone; the examples know it and nothing of the product.
  sdk: ROOMS,
  examples: ROOMS,
};
const zones = [
  ...Object.entries(LAW).flatMap(([target, forbidden]) =>
    forbidden.map((from) => ({ target: `./${target}`, from: `./${from}` })),
  ),
  // Of the workflows the others know the contract only.
  ...['activities', 'api', 'worker', 'processes', 'cli'].map((target) => ({
    target: `./${target}`,
    from: './workflows',
    except: ['./messages.ts', './recovery-messages.ts'],
  })),
];

module.exports = tseslint.config(
  { ignores: ['dist/', 'sdk/dist/', 'node_modules/', '.run*/', 'coverage/', 'test/replay/histories/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked, prettier],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'import-x/no-restricted-paths': ['error', { basePath: __dirname, zones }],
      'import-x/no-default-export': 'error',
      'no-console': 'error',
      'max-lines': ['warn', { max: 200, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['warn', { max: 40, skipComments: true, skipBlankLines: true }],
      'max-params': ['warn', 3],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
        { selector: 'ExportAllDeclaration', message: 'Name what a module exports.' },
      ],
    },
  },
  {
    files: ['domain/**/*.ts', 'simulation/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The clock is an argument.' },
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      // Rows of a table of cases.
      'max-params': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [js.configs.recommended, prettier],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'fetch',
          'performance',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'AbortSignal',
          'AbortController',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'max-lines': ['warn', { max: 200 }],
      'max-lines-per-function': ['warn', { max: 40, skipComments: true, skipBlankLines: true }],
      'max-params': ['warn', 3],
    },
  },
  {
    // What runs in a browser.
    files: ['examples/*/page/*.js'],
    extends: [js.configs.recommended, prettier],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'navigator',
          'localStorage',
          'crypto',
          'fetch',
          'FormData',
          'AbortController',
          'PublicKeyCredential',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'max-lines': ['warn', { max: 200 }],
      'max-lines-per-function': ['warn', { max: 40, skipComments: true, skipBlankLines: true }],
      'max-params': ['warn', 3],
    },
  },
  { files: ['cli/**/*.ts'], rules: { 'no-console': 'off' } },
);
