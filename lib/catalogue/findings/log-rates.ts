import * as v from 'valibot';
import type { FindingDefinition } from '../finding.ts';
import type { Theme } from '../signatures/signature.ts';
import { MINUTELY } from './defaults.ts';
import { evidenceOf, readTheLogs, unreadEvidence } from './log-signatures.ts';

/** A signal of counts in the last minute, and the theme whose signatures speak for it. */
interface Rate {
  readonly signal: string;
  readonly theme: Theme;
  readonly of: string;
}

const LOUD = v.fallback(v.array(v.object({ pod: v.string(), count: v.number() })), []);
export const loudestIn = (facts: { readonly log_errors_by_pod?: unknown }) =>
  v.parse(LOUD, facts.log_errors_by_pod);

/** A finding that holds by how many records of a theme a minute brings. */
export function tooManyInLogs(
  { signal, theme, of }: Rate,
  definition: Omit<FindingDefinition, keyof typeof MINUTELY | 'kinds' | 'needs' | 'judge'>,
): FindingDefinition {
  return {
    ...MINUTELY,
    ...definition,
    kinds: ['logs'],
    needs: [signal],
    recoverySeconds: 300,
    judge(look) {
      const count = look.value(signal);
      const severity = look.level(count);
      if (severity === null) return null;
      return {
        severity,
        evidence: [
          {
            text: `${count} ${of} in the last minute`,
            signal,
            value: count,
            threshold: look.threshold(severity),
          },
          ...evidenceOf(look, { theme }),
          ...unreadEvidence(look),
        ],
        remedy: [...definition.remedy, ...readTheLogs(look, { theme })],
      };
    },
  };
}
