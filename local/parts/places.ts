import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Everything the local commands keep. Ignored by git; may be deleted whenever nothing runs. */
export const STATE = join(ROOT, '.vitals');

/** A folder below {@link STATE}, made when missing. */
export function stateFolder(...path: readonly string[]): string {
  const folder = join(STATE, ...path);
  mkdirSync(folder, { recursive: true });
  return folder;
}
