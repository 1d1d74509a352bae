import { defineConfig } from 'vitest/config';

/** Tests that need PostgreSQL, Valkey, Prefect or the emulator; they share those that test/parts starts. */
const REAL = ['test/integration/**/*.test.ts', 'test/deployed/**/*.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: REAL,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: REAL,
          globalSetup: 'test/parts/globalSetup.ts',
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
