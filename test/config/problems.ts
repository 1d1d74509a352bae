import { parseConfig } from '../../lib/config/define.ts';
import { ConfigError, type ConfigProblem } from '../../lib/config/errors.ts';

export const postgres = {
  name: 'orion',
  host: 'db.example.com',
  database: 'prefect',
  user: 'prefect_vitals',
};
export const production = { name: 'production', postgres: [postgres] };

/** What is wrong with a configuration; nothing where it is right. */
export function problemsOf(input: unknown): readonly ConfigProblem[] {
  try {
    parseConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
