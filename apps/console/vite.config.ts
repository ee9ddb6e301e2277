import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { withoutUnusedKern } from './kern-utilities.ts';
import { crewServiceWorker } from './service-worker-plugin.ts';

const libs = fileURLToPath(new URL('../../libs/', import.meta.url));

export default defineConfig({
  plugins: [react(), crewServiceWorker()],
  resolve: { alias: [{ find: /^@stadtfunk\/([^/]+)$/, replacement: `${libs}$1/src/index.ts` }] },
  css: { postcss: { plugins: [withoutUnusedKern] } },
  build: {
    target: 'es2022',
    // Not `assets`: that is a page.
    assetsDir: 'files',
    reportCompressedSize: false,
    rolldownOptions: { checks: { bundlerTimings: false } },
    // The content security policy lets fonts and scripts come from this server only: nothing is inlined as data.
    assetsInlineLimit: 0,
    // The map library is one, and comes after everything else; what comes first is tested.
    chunkSizeWarningLimit: 1_300,
    modulePreload: { polyfill: false },
    // Which file needs which: the size of the first view is tested.
    manifest: 'manifest.json',
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
