import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite dev` finds an API while pages are being worked on. */
const server = process.env['RUNWRIGHT_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/app/',
  plugins: [react()],
  resolve: { conditions: ['@runwright/source', 'module', 'browser', 'production|development'] },
  server: { proxy: { '/api': server, '/session': server } },
  build: {
    target: 'es2022',
    outDir: '../dist/web',
    // The policy of the pages lets nothing load from data: but pictures, so no file is written into another.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
});
