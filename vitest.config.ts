import { defineConfig } from 'vitest/config'

const neverTests = ['**/node_modules/**', 'dist/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{core,config,adapters,app,cli}/**/*.test.ts'],
          exclude: neverTests,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: neverTests,
          globalSetup: ['test/system/build.ts'],
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      thresholds: { lines: 100, branches: 100 },
    },
  },
})
