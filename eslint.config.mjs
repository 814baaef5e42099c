import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { foldersOf } from './rings.cjs';

/** Core rules that the compiler does not cover. */
const core = {
  curly: ['error', 'multi-line'],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-async-promise-executor': 'error',
  'no-case-declarations': 'error',
  'no-cond-assign': 'error',
  'no-constant-binary-expression': 'error',
  'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': 'error',
  'no-empty-pattern': 'error',
  'no-eval': 'error',
  'no-irregular-whitespace': 'error',
  'no-loss-of-precision': 'error',
  'no-misleading-character-class': 'error',
  'no-new-func': 'error',
  'no-prototype-builtins': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-template-curly-in-string': 'error',
  'no-unmodified-loop-condition': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-assignment': 'error',
  'no-useless-backreference': 'error',
  'no-useless-catch': 'error',
  'no-useless-escape': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'preserve-caught-error': 'error',
  'use-isnan': 'error',
};

const typed = {
  '@typescript-eslint/array-type': 'error',
  '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
  '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
  // Nest reads constructor types at run time (emitDecoratorMetadata): an import of a class may not be turned into a type import.
  '@typescript-eslint/consistent-type-imports': 'off',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
  ],
  // An async method without await turns a throw into a rejection, which is what its callers expect.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/return-await': ['error', 'in-try-catch'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
};

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name, so that a thing has one name everywhere.',
};
const noLazyRelativeImport = {
  selector: 'ImportExpression[source.value=/^\\./]',
  message: 'A lazy import of our own code hides a dependency; turn the dependency round (registry) instead.',
};
const noForwardRef = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'Two modules that need each other are one module, or lack a registry below them.',
};
const noEnvironmentImport = [
  { name: 'node:process', importNames: ['env', 'default'], message: 'Only src/config reads the environment.' },
  { name: 'process', message: 'Only src/config reads the environment.' },
];
const noEnvironment = { object: 'process', property: 'env', message: 'Only src/config reads the environment.' };
const noMathRandom = { object: 'Math', property: 'random', message: 'Predictable; use src/crypto.' };
const noDateNow = { object: 'Date', property: 'now', message: 'Inject the Clock, so that tests can move the time.' };
const noDateOfToday = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'Inject the Clock, so that tests can move the time.',
};
const noHttpInNouns = {
  group: ['@nestjs/common'],
  importNamePattern: 'Exception$|^(Controller|Get|Post|Put|Patch|Delete|All)$',
  message: 'Nouns know no HTTP: answer null or a typed outcome and leave routes to the gate and above.',
};

export default defineConfig(
  globalIgnores(['dist/', 'bench/', 'node_modules/', 'coverage/', 'data/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  { files: ['**/*.{js,cjs,mjs}'], rules: core },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...core, ...typed, 'max-depth': ['error', 3], 'max-params': ['error', 6] },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'max-lines': ['error', { max: 350, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false, IIFEs: true }],
      'no-console': 'error',
      'no-restricted-imports': ['error', noForwardRef, ...noEnvironmentImport],
      'no-restricted-properties': ['error', noEnvironment, noMathRandom, noDateNow],
      'no-restricted-syntax': ['error', noDefaultExport, noLazyRelativeImport, noDateOfToday],
    },
  },
  {
    files: [`src/{${foldersOf('nouns').join(',')}}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', { paths: [noForwardRef, ...noEnvironmentImport], patterns: [noHttpInNouns] }],
    },
  },
  {
    files: ['src/config/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', noForwardRef],
      'no-restricted-properties': ['error', noMathRandom, noDateNow],
    },
  },
  { files: ['src/config/clock.ts'], rules: { 'no-restricted-properties': ['error', noEnvironment, noMathRandom] } },
  { files: ['src/main.ts', 'src/cli.ts', 'src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  // A migration is a list of columns; splitting it would hide the table's shape.
  { files: ['src/**/migrations/*.ts'], rules: { 'max-lines-per-function': 'off' } },
  {
    files: ['test/**/*.{ts,tsx}', 'src/**/*.spec.{ts,tsx}'],
    rules: {
      // Tests wait in loops for what callbacks change.
      'no-unmodified-loop-condition': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['error', { max: 600, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
    },
  },
);
