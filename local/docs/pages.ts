import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import { findingsPages } from './findings.ts';
import { signalsPage } from './signals.ts';

/** Every page that is made from the catalogue, by its path under docs/. */
export const generatedPages = (): ReadonlyMap<string, string> =>
  new Map([...findingsPages(FINDINGS), ['signals.md', signalsPage(SIGNALS)]]);

/** Holds nothing but generated pages. */
export const GENERATED_FOLDER = 'findings';
