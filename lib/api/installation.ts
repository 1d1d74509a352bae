import type { ApiEvent } from './http.ts';
import { Problem } from './problem.ts';

/**
 * The configured installation that `?installation=` names, or the first one.
 *
 * @throws Problem 400 when several are named, 404 for one that is not configured.
 */
export function installationAsked(event: ApiEvent, installations: readonly string[]): string {
  const installation = event.queryStringParameters?.installation ?? installations[0];
  if (installation !== undefined && installations.includes(installation)) return installation;
  // A name has no comma: given several times, a parameter arrives as one text with commas between.
  if (installation?.includes(',')) {
    throw new Problem(400, '`installation` may be given once: ask for each installation by itself.');
  }
  throw new Problem(404, 'No installation of this name is watched; /installations names those that are.');
}
