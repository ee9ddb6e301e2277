import { existsSync, readdirSync, readFileSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Which layer may depend on which. One tag per project, in its project.json. */
const boundaries = [
  ['layer:domain', ['layer:domain']],
  ['layer:adapter', ['layer:domain']],
  ['layer:simulator', ['layer:domain']],
  ['layer:app', ['layer:domain', 'layer:adapter', 'layer:simulator', 'layer:app']],
  ['layer:test', ['*']],
].map(([sourceTag, onlyDependOnLibsWithTags]) => ({ sourceTag, onlyDependOnLibsWithTags }));

/** The domain libs, by the tag in their project.json. */
export const domainLibs = readdirSync(new URL('libs/', import.meta.url)).filter((lib) => {
  const project = new URL(`libs/${lib}/project.json`, import.meta.url);
  return existsSync(project) && JSON.parse(readFileSync(project, 'utf8')).tags.includes('layer:domain');
});
const domainSources = domainLibs.map((lib) => `libs/${lib}/src/**/*.ts`);
const specs = ['**/*.spec.ts', '**/testing.ts', '**/testing/**/*.ts'];

/** Packages without I/O, clock or chance of their own: the only ones that domain code may import. */
const purePackages = ['@marcbachmann/cel-js', 'suncalc', 'yaml', 'zod'];
const domainImports = (packages) => ({
  patterns: [
    {
      regex: `^(?!\\.{1,2}/|@stadtfunk/|(?:${packages.join('|')})(?:$|/))`,
      message: `Domain code does no I/O and knows no framework: it imports its own files, @stadtfunk/* and ${packages.join(', ')}.`,
    },
  ],
});

const argument = 'comes in as an argument or through a port (Clock).';
const restrictedGlobals = Object.entries({
  process: 'The environment',
  performance: 'Time',
  setTimeout: 'Time',
  setInterval: 'Time',
  setImmediate: 'Time',
  fetch: 'What is outside',
  console: 'Logging is for apps and adapters; what domain code has to say',
  crypto: 'Chance',
}).map(([name, what]) => ({ name, message: `${what} ${argument}` }));

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      'dist*/**',
      'data/**',
      '.nx/**',
      'coverage/**',
      'test-output/**',
      'test/workspace/fixtures/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          enforceBuildableLibDependency: false,
          banTransitiveDependencies: true,
          depConstraints: boundaries,
        },
      ],
      // Off here, because a type-only import of an injected class compiles and injects `Object`. Elsewhere it is on (below).
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // An async method that only implements a port's promise, and methods handed over as values, are fine in our ports.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always'],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Only erasable syntax: a const object or a union of literals.' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'Only erasable syntax: a module is a file.' },
        {
          selector: 'MemberExpression[object.name="vi"][property.name=/^(mock|doMock|hoisted)$/]',
          message: 'No mocks: use the in-memory twin.',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    rules: {
      eqeqeq: 'error',
      'no-empty': 'error',
      'no-unused-vars': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Where Nest injects nothing, what is only a type is imported as a type.
    files: [...domainSources, 'device-simulator/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }] },
  },
  {
    files: ['apps/console/src/**/*.ts', 'apps/console/src/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['apps/*/src/**/*.ts', 'test/**/*.ts', 'infra/**/*.ts'],
    // The command line and the benchmarks print.
    rules: { 'no-console': 'off' },
  },
  {
    files: domainSources,
    ignores: specs,
    rules: {
      'no-restricted-imports': ['error', domainImports(purePackages)],
      'no-restricted-globals': ['error', ...restrictedGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: `Time ${argument}` },
        { object: 'Math', property: 'random', message: `Chance ${argument}` },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: `Time ${argument}` },
        { selector: 'CallExpression[callee.name="Date"]', message: `Time ${argument}` },
        { selector: 'MemberExpression[object.name="globalThis"]', message: `The environment ${argument}` },
        { selector: 'TSEnumDeclaration', message: 'Only erasable syntax: a const object or a union of literals.' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'Only erasable syntax: a module is a file.' },
      ],
    },
  },
  {
    // Specs read test vectors and use the test runner; what they use of ours stays inside the domain all the same.
    files: domainLibs.flatMap((lib) => specs.map((spec) => `libs/${lib}/src/${spec}`)),
    rules: { 'no-restricted-imports': ['error', domainImports([...purePackages, 'vitest', 'fast-check', 'node:.*'])] },
  },
  {
    files: ['**/*.spec.ts'],
    rules: {
      // `expect(store.append)` and the like; and non-null assertions say "this test fails here otherwise".
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  prettier,
);
