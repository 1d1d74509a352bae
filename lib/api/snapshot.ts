import { createHash } from 'node:crypto';
import type { Snapshot } from '../model/snapshot.ts';
import { type ApiAnswer, type ApiEvent, type ApiHandler, headerOf, json } from './http.ts';
import { Problem } from './problem.ts';

function withoutDetails(snapshot: Snapshot): Snapshot {
  const targets = snapshot.monitor.targets.map(({ readings: _, facts: __, ...target }) => target);
  return { ...snapshot, monitor: { ...snapshot.monitor, targets } };
}

function wantsDetails(event: ApiEvent): boolean {
  const detailed = event.queryStringParameters?.detailed ?? 'false';
  if (detailed !== 'true' && detailed !== 'false') {
    throw new Problem(400, '`detailed` may be true or false.');
  }
  return detailed === 'true';
}

/** Weak, because the same answer may be sent compressed and not. */
const etagOf = (body: string): string => `W/"${createHash('sha256').update(body).digest('base64url')}"`;

const opaque = (etag: string): string => etag.trim().replace(/^W\//, '');

function unlessKnown(answer: ApiAnswer, event: ApiEvent): ApiAnswer {
  const etag = etagOf(answer.body ?? '');
  const known = (headerOf(event, 'if-none-match') ?? '').split(',').map(opaque);
  return known.includes(opaque(etag)) || known.includes('*')
    ? { statusCode: 304, headers: { etag } }
    : { ...answer, headers: { ...answer.headers, etag } };
}

/**
 * The snapshot of `?installation=`, or of the first one configured. Evidence is always in it, for people read it;
 * `?detailed=true` adds every target's readings and facts. 304 when the client holds the very same.
 *
 * @throws Problem 404 for an installation that is not configured, 503 before its first assessment.
 */
export const snapshot =
  (
    installations: readonly string[],
    current: (installation: string) => Promise<Snapshot | null>,
  ): ApiHandler =>
  async (event) => {
    const detailed = wantsDetails(event);
    const installation = event.queryStringParameters?.installation ?? installations[0];
    if (installation === undefined || !installations.includes(installation)) {
      throw new Problem(404, 'No installation of this name is watched.');
    }
    const latest = await current(installation);
    if (latest === null) {
      throw new Problem(503, 'Nothing is known yet: the first assessment is still to come.', {
        'retry-after': '15',
      });
    }
    return unlessKnown(json(detailed ? latest : withoutDetails(latest)), event);
  };
