import { findingNamed } from '../catalogue/findings/index.ts';
import { type ApiHandler, json } from './http.ts';
import { Problem } from './problem.ts';

/**
 * What a finding means and what to do about it, as the catalogue has it.
 *
 * @throws Problem 404 when the catalogue has no such finding.
 */
export const runbook: ApiHandler = async (event) => {
  const definition = findingNamed(event.pathParameters?.finding ?? '');
  if (definition === undefined) throw new Problem(404, 'No finding is called this.');
  const { id, title, component, kinds, needs, thresholds, meaning, impact, remedy, causes, source } =
    definition;
  return json({
    id,
    title,
    component,
    kinds,
    needs,
    thresholds: thresholds ?? {},
    pending_seconds: definition.pendingSeconds,
    recovery_seconds: definition.recoverySeconds,
    meaning,
    impact,
    remedy,
    causes,
    source,
  });
};
