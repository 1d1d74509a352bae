import type { Snapshot } from '../model/snapshot.ts';
import type { ReadSnapshot } from '../store/snapshot.ts';
import type { Detail, StoredSnapshot } from '../store/snapshot-item.ts';
import { etagOf, unlessKnown } from './conditional.ts';
import { type ApiEvent, type ApiHandler, jsonText } from './http.ts';
import { installationAsked } from './installation.ts';
import { Problem } from './problem.ts';

function detailWanted(event: ApiEvent): Detail {
  const detailed = event.queryStringParameters?.detailed ?? 'false';
  if (detailed !== 'true' && detailed !== 'false') {
    throw new Problem(400, '`detailed` may be true or false, and be given once.');
  }
  return detailed === 'true' ? 'whole' : 'brief';
}

/** An object's JSON up to where another member may follow its last one. */
const open = (object: object): string => JSON.stringify(object).slice(0, -1);

/** The snapshot's JSON; the details in it are handed through as they are kept, for they are most of it. */
function textOf({ brief, details }: StoredSnapshot): string {
  if (details === null) return JSON.stringify(brief);
  const { monitor, ...sections } = brief;
  const { targets, ...rest } = monitor;
  const texts = targets.map((target, i) => {
    const detail = details[i] ?? '{}';
    return detail === '{}' ? JSON.stringify(target) : `${open(target)},${detail.slice(1)}`;
  });
  return `${open(sections)},"monitor":${open(rest)},"targets":[${texts.join(',')}]}}`;
}

interface Written {
  readonly text: string;
  readonly etag: string;
}

/** An answer is written once for each snapshot, however often it is asked for before the next one is made. */
function writer(): (stored: StoredSnapshot) => Written {
  const written = new WeakMap<Snapshot, Written>();
  return (stored) => {
    const known = written.get(stored.brief);
    if (known !== undefined) return known;
    const text = textOf(stored);
    const fresh = { text, etag: etagOf(text) };
    written.set(stored.brief, fresh);
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
  const write: Readonly<Record<Detail, ReturnType<typeof writer>>> = { whole: writer(), brief: writer() };
  return async (event) => {
    const detail = detailWanted(event);
    const latest = await current(installationAsked(event, installations), detail);
    if (latest === null) {
      throw new Problem(503, 'Nothing is known yet: the first assessment is still to come.', {
        'retry-after': '15',
      });
    }
    const { text, etag } = write[detail](latest);
    return unlessKnown(jsonText(text), event, etag);
  };
}
