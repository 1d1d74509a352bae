import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { STALE_AFTER_SECONDS } from '../model/staleness.ts';
import type { Status } from '../model/status.ts';
import { Ago } from './ago.ts';
import { duration } from './format.ts';
import { Parts } from './parts.ts';
import { RootCause, rootCauseOf } from './root-cause.ts';
import { sinceOf } from './since.ts';
import { StatusMark } from './status-mark.ts';
import type { Course } from './use-history.ts';

const SENTENCE: Readonly<Record<Status, string>> = {
  healthy: 'is healthy',
  warning: 'needs attention',
  degraded: 'is degraded',
  error: 'is in error',
  unknown: 'cannot be judged',
};

function Notes({ snapshot }: { readonly snapshot: Snapshot }) {
  const { monitor } = snapshot;
  return html`
    ${
      monitor.stale &&
      html`<p class="stale" role="alert">
        Stale: no assessment was written for more than ${duration(STALE_AFTER_SECONDS)}. The monitor itself is in trouble,
        and what is shown below is the past.
      </p>`
    }
    ${monitor.in_maintenance && html`<p class="notice">In maintenance: nobody is alerted until its window ends.</p>`}
    ${!monitor.complete && html`<p class="notice">Not every target has reported yet.</p>`}
  `;
}

interface Props {
  readonly snapshot: Snapshot;
  readonly course: Course;
  readonly named: string | null;
  readonly now: Date;
}

/** The answer to the two questions people come with: is it well, and if not, why. */
export function Overview({ snapshot, course, named, now }: Props) {
  const since = sinceOf(snapshot, course !== null && 'history' in course ? course.history : null);
  const rootCause = rootCauseOf(snapshot);
  return html`
    <section class=${`overview ${snapshot.status}`} aria-labelledby="overview">
      <div class="headline">
        <div role="status">
          <h1 id="overview">${snapshot.installation} ${SENTENCE[snapshot.status]}</h1>
          <${StatusMark} status=${snapshot.status} />
        </div>
        ${
          since !== null &&
          html`<p class="since">for ${since.isAtLeast && 'at least '}<${Ago} at=${since.at} now=${now} /></p>`
        }
        <p class=${snapshot.monitor.stale ? 'age old' : 'age'}>
          Data <${Ago} at=${snapshot.observed_at} now=${now} /> old
        </p>
      </div>
      <${Notes} snapshot=${snapshot} />
      <${Parts} snapshot=${snapshot} />
      ${
        rootCause !== undefined &&
        snapshot.root_cause !== null &&
        html`<${RootCause}
          cause=${snapshot.root_cause}
          finding=${rootCause}
          findings=${snapshot.findings}
          named=${named}
          now=${now}
        />`
      }
    </section>
  `;
}
