/// <reference types="vitest/config" />
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vite';

import { pixelsToRem } from './scale.ts';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // Named from where the page lies: a loopback server has it below its secret.
  base: './',
  clearScreen: false,
  css: { postcss: { plugins: [pixelsToRem] } },
  server: { port: 1420, strictPort: true },
  // Fonts stay files: a data: font would need a wider content security policy.
  build: { target: ['es2022', 'safari16', 'chrome111'], sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: { environment: 'jsdom', setupFiles: ['./src/test/setup.ts'], include: ['src/**/*.test.ts'] },
});
