import { defineConfig, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      include: ['{apps,libs,device-simulator,test}/**/*.spec.ts'],
      exclude: ['**/node_modules/**', 'test/workspace/fixtures/**'],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      // A file with an embedded database takes up to 840 MB while it creates its data folder, and two cores are the floor.
      pool: 'forks',
      maxWorkers: 2,
      reporters: ['default', './infra/local/tally-reporter.mjs'],
    },
  }),
);
