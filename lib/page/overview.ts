import { html } from 'htm/preact';
import type { Finding } from '../model/finding.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { STALE_AFTER_SECONDS } from '../model/staleness.ts';
import type { Status } from '../model/status.ts';
import { Ago } from './ago.ts';
import { FindingCard } from './findings.ts';
import { duration } from './format.ts';
import { StatusMark } from './status-mark.ts';

const SENTENCE: Readonly<Record<Status, string>> = {
  healthy: 'is healthy',
  warning: 'needs attention',
  degraded: 'is degraded',
  error: 'is in error',
  unknown: 'cannot be judged',
};

export function rootCauseOf({ root_cause, findings }: Snapshot): Finding | undefined {
  return findings.find((f) => f.id === root_cause?.finding && f.target === root_cause.target);
}

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
  readonly now: Date;
}

/** The answer to the two questions people come with: is it well, and if not, why. */
export function Overview({ snapshot, now }: Props) {
  const rootCause = rootCauseOf(snapshot);
  return html`
    <section class=${`overview ${snapshot.status}`} aria-labelledby="overview">
      <div class="headline">
        <div role="status">
          <h1 id="overview">${snapshot.installation} ${SENTENCE[snapshot.status]}</h1>
          <${StatusMark} status=${snapshot.status} />
        </div>
        <p class=${snapshot.monitor.stale ? 'age old' : 'age'}>
          Data <${Ago} at=${snapshot.observed_at} now=${now} /> old
        </p>
      </div>
      <${Notes} snapshot=${snapshot} />
      ${
        rootCause !== undefined &&
        html`<h2>Root cause</h2>
          <${FindingCard} key=${`${rootCause.id}@${rootCause.target}`} finding=${rootCause} open=${true} now=${now} />`
      }
    </section>
  `;
}
