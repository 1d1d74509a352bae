import type { Snapshot } from '../model/snapshot.ts';
import type { ReadSnapshot } from '../store/snapshot.ts';
import { type Detail, withoutDetails } from '../store/snapshot-item.ts';
import { etagOf, unlessKnown } from './conditional.ts';
import { type ApiAnswer, type ApiEvent, type ApiHandler, json } from './http.ts';
import { installationAsked } from './installation.ts';
import { Problem } from './problem.ts';

function detailWanted(event: ApiEvent): Detail {
  const detailed = event.queryStringParameters?.detailed ?? 'false';
  if (detailed !== 'true' && detailed !== 'false') {
    throw new Problem(400, '`detailed` may be true or false, and be given once.');
  }
  return detailed === 'true' ? 'whole' : 'brief';
}

interface Written {
  readonly answer: ApiAnswer;
  readonly etag: string;
}

/** An answer is written once for each snapshot, however often it is asked for before the next one is made. */
function writer(write: (snapshot: Snapshot) => Snapshot): (snapshot: Snapshot) => Written {
  const written = new WeakMap<Snapshot, Written>();
  return (snapshot) => {
    const known = written.get(snapshot);
    if (known !== undefined) return known;
    const answer = json(write(snapshot));
    const fresh = { answer, etag: etagOf(answer.body ?? '') };
    written.set(snapshot, fresh);
    return fresh;
  };
}

/**
 * The snapshot of `?installation=`, or of the first one configured. Evidence is always in it, for people read it;
 * `?detailed=true` adds every target's readings and facts. 304 when the client holds the very same.
 *
 * @throws Problem 404 for an installation that is not configured, 503 before its first assessment.
 */
export function snapshot(installations: readonly string[], current: ReadSnapshot): ApiHandler {
  const write: Readonly<Record<Detail, ReturnType<typeof writer>>> = {
    whole: writer((latest) => latest),
    brief: writer(withoutDetails),
  };
  return async (event) => {
    const detail = detailWanted(event);
    const latest = await current(installationAsked(event, installations), detail);
    if (latest === null) {
      throw new Problem(503, 'Nothing is known yet: the first assessment is still to come.', {
        'retry-after': '15',
      });
    }
    const { answer, etag } = write[detail](latest);
    return unlessKnown(answer, event, etag);
  };
}
