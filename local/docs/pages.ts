import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import { findingsPages } from './findings.ts';
import { grantsPage } from './grants.ts';
import { signalsPage } from './signals.ts';

/** Every page that is made from the catalogue or a configuration, by its path under docs/. */
export const generatedPages = (): ReadonlyMap<string, string> =>
  new Map([
    ...findingsPages(FINDINGS),
    ['signals.md', signalsPage(SIGNALS)],
    ['postgresql-grants.md', grantsPage()],
  ]);

/** Holds nothing but generated pages. */
export const GENERATED_FOLDER = 'findings';
