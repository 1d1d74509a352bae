/** Writes docs/configuration.md anew: `node local/docs/write-configuration.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../infra/paths.ts';
import { configurationDocument } from './configuration.ts';

writeFileSync(join(PROJECT, 'docs', 'configuration.md'), configurationDocument());
