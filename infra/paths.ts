import { join } from 'node:path';

/** The project, from wherever the app is run. */
export const PROJECT = join(import.meta.dirname, '..');
export const LOCK_FILE = join(PROJECT, 'package-lock.json');
export const WITHOUT_UNDICI = join(import.meta.dirname, 'client-without-undici.ts');
export const ATTACH_SCRIPT = join(import.meta.dirname, 'attach.ts');

export const entryOf = (functionName: string): string => join(PROJECT, 'functions', `${functionName}.ts`);
