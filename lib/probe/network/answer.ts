import type { NetworkTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import type { Answer } from '../http/ask.ts';
import { contentOf, isJson } from '../http/json.ts';
import { redirectOf } from '../http/redirect.ts';
import type { Entered } from './entered.ts';

const DENIED: Unknown = { reason: 'permission', detail: 'the entrance asks for a sign-in first' };
const NOBODY: Unknown = { reason: 'failed', detail: 'the entrance answers with an error of its own' };

/** The health of the API is JSON; a page in its place is the UI, a sign-in or a default of the load balancer. */
const leadsToApi = (answer: Answer): boolean => answer.status === 200 && isJson(answer);

/** The UI is a page, and may send a browser on to sign in. JSON in its place is the API. */
const leadsToUi = (answer: Answer, url: string): boolean =>
  redirectOf(answer, url) !== null || (answer.status === 200 && contentOf(answer) === 'html');

/** Whether an entrance leads to what it should: 1 or 0, or why its answer does not tell. */
export function routed({ serves, url }: NetworkTarget, answer: Answer): number | Unknown {
  if (answer.status >= 500) return NOBODY;
  if (answer.status === 401 || answer.status === 403) return DENIED;
  return (serves === 'api' ? leadsToApi(answer) : leadsToUi(answer, url)) ? 1 : 0;
}

/** What answers behind the entrance, how fast, and whether it is what should. */
export const answer: Collector<Entered, NetworkTarget> = {
  name: 'answer',
  tier: 'minute',
  signals: ['network.http_status', 'network.answer_ms', 'network.routed'],
  cheap: 'it was asked when the probe began: /health, which no database stands behind, or the first page',
  async collect(entered, _, target) {
    if ('failure' in entered) throw entered.failure;
    const { path, answer } = entered;
    return {
      samples: [
        { signal: 'network.http_status', value: answer.status },
        { signal: 'network.answer_ms', value: answer.elapsedMs },
        { signal: 'network.routed', value: routed(target, answer) },
      ],
      facts: {
        answer: {
          path,
          status: answer.status,
          content: contentOf(answer),
          redirects_to: redirectOf(answer, target.url),
        },
      },
    };
  },
};
