import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** One input per Node program: `apps/<name>/src/main.ts` becomes `dist/<name>.js`. An app with an index.html is a web client. */
const programs = Object.fromEntries(
  readdirSync(`${root}apps`)
    .filter((app) => !existsSync(`${root}apps/${app}/index.html`))
    .map((app): [string, string] => [app, `${root}apps/${app}/src/main.ts`])
    .concat([['bench', `${root}test/bench/main.ts`]])
    .filter(([, main]) => existsSync(main)),
);

export default defineConfig({
  resolve: {
    // The same names as `paths` in tsconfig.base.json, the testing entries first.
    alias: [
      { find: /^@stadtfunk\/device-simulator$/, replacement: `${root}device-simulator/src/index.ts` },
      { find: /^@stadtfunk\/([^/]+)\/testing$/, replacement: `${root}libs/$1/src/testing.ts` },
      { find: /^@stadtfunk\/([^/]+)$/, replacement: `${root}libs/$1/src/index.ts` },
    ],
  },
  build: {
    ssr: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // Whoever starts this for the first time is not the one to make builds faster.
      checks: { bundlerTimings: false },
      input: programs,
      // Importing a module of ours does nothing by itself, so one that nothing is used of need not be loaded: a role starts with its own code.
      treeshake: { moduleSideEffects: [{ test: /[\\/](libs|device-simulator)[\\/]/, sideEffects: false }] },
      // Chunks beside the programs: what they read at run time lies in one place for all.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
