import { defineConfig } from 'vite'

// The page is built into the package: who installs it builds nothing. Links are relative, as it is mounted anywhere.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  worker: { format: 'es' },
  build: {
    outDir: '../../../dist/web/page',
    emptyOutDir: true,
    target: 'es2022',
    // What is inlined would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
