import { readFileSync } from 'node:fs';
import { parseConfig } from '../config/define.ts';
import type { Config } from '../config/schema.ts';

/** The configuration the stack lays beside a function's bundle; it holds references to secrets, never secrets. */
export const configBeside = (bundle: URL): Config =>
  parseConfig(JSON.parse(readFileSync(new URL('config.json', bundle), 'utf8')));
