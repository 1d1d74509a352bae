import type { ApiEvent } from './http.ts';
import { Problem } from './problem.ts';

/**
 * The configured installation that `?installation=` names, or the first one.
 *
 * @throws Problem 404 for any other.
 */
export function installationAsked(event: ApiEvent, installations: readonly string[]): string {
  const installation = event.queryStringParameters?.installation ?? installations[0];
  if (installation !== undefined && installations.includes(installation)) return installation;
  throw new Problem(404, 'No installation of this name is watched.');
}
