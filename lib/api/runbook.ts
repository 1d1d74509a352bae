import type { FindingDefinition } from '../catalogue/finding.ts';
import { findingNamed } from '../catalogue/findings/index.ts';
import { prefersHtml } from './accept.ts';
import { unlessKnown } from './conditional.ts';
import { type ApiHandler, headerOf, json } from './http.ts';
import { Problem } from './problem.ts';
import { runbookPage } from './runbook-page.ts';

const documentOf = (definition: FindingDefinition) => {
  const { id, title, component, kinds, needs, thresholds, meaning, impact, remedy, causes, source } =
    definition;
  return {
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
  };
};

/**
 * What a finding means and what to do about it, as the catalogue has it: JSON, or a page for a browser.
 *
 * @throws Problem 404 when the catalogue has no such finding.
 */
export const runbook: ApiHandler = async (event) => {
  const definition = findingNamed(event.pathParameters?.finding ?? '');
  if (definition === undefined) throw new Problem(404, 'No finding is called this.');
  const answer = prefersHtml(headerOf(event, 'accept') ?? '')
    ? {
        statusCode: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: runbookPage(definition),
      }
    : json(documentOf(definition));
  return unlessKnown({ ...answer, headers: { ...answer.headers, vary: 'accept' } }, event);
};
