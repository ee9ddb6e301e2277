import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@stadtfunk\/device-simulator$/, replacement: `${root}device-simulator/src/index.ts` },
      { find: /^@stadtfunk\/([^/]+)\/testing$/, replacement: `${root}libs/$1/src/testing.ts` },
      { find: /^@stadtfunk\/([^/]+)$/, replacement: `${root}libs/$1/src/index.ts` },
    ],
  },
  test: {
    include: ['{apps,libs,device-simulator,test}/**/*.spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
