'use strict';

/** ESM-only packages that Jest has to transform to CommonJS. */
const ESM_PACKAGES = ['jose', 'otplib', '@otplib', '@noble', '@scure', 'node-pg-migrate'];

module.exports = {
  testEnvironment: 'node',
  rootDir: __dirname,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/\\.run'],
  transform: { '^.+\\.[jt]s$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
  testTimeout: 60_000,
  maxWorkers: 2,
};
