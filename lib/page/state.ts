import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { Snapshot } from '../model/snapshot.ts';
import { Components } from './components.ts';
import { isWanted, NO_FILTER } from './filter.ts';
import { FilterBar } from './filter-bar.ts';
import { Findings } from './findings.ts';
import { FlowRuns } from './flow-runs.ts';
import { Forecasts } from './forecasts.ts';
import { Incidents } from './incidents.ts';
import { Logs } from './logs.ts';
import { Overview } from './overview.ts';
import { rootCauseOf } from './root-cause.ts';
import { isNamed } from './route.ts';
import { Services } from './services.ts';
import { Targets } from './targets.ts';
import type { Course } from './use-history.ts';

/** The tab's own title tells the state, for those who keep it in the background. */
function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
}

interface Props {
  readonly snapshot: Snapshot;
  readonly course: Course;
  /** What the page's address names. */
  readonly named: string | null;
  readonly now: Date;
}

/** All of an installation: what people come for first, how the watching itself goes last. */
export function State({ snapshot, course, named, now }: Props) {
  const [filter, setFilter] = useState(NO_FILTER);
  const rootCause = rootCauseOf(snapshot);
  const others = snapshot.findings.filter(
    (f) => f !== rootCause && (isNamed(f, named) || isWanted(filter, [f.title, f.id, f.target], f.status)),
  );
  const notes = others.filter((f) => f.severity === 'info');
  useTitle(`${snapshot.installation}: ${snapshot.status} – Prefect Vitals`);
  return html`
    <${Overview} snapshot=${snapshot} course=${course} named=${named} now=${now} />
    ${
      named !== null &&
      !snapshot.findings.some((f) => isNamed(f, named)) &&
      html`<p class="notice" role="status">The finding <code>${named}</code> does not hold now.</p>`
    }
    <${FilterBar} filter=${filter} onChange=${setFilter} />
    <${Findings}
      title="Findings"
      id="findings"
      findings=${others.filter((f) => f.severity !== 'info')}
      named=${named}
      now=${now}
    />
    <${Incidents} incidents=${snapshot.incidents} now=${now} />
    <${Forecasts} forecasts=${snapshot.forecasts} />
    <${Services} snapshot=${snapshot} filter=${filter} now=${now} />
    <${Components} snapshot=${snapshot} filter=${filter} course=${course} />
    <${FlowRuns} snapshot=${snapshot} course=${course} />
    <${Logs} logs=${snapshot.logs} now=${now} />
    <${Findings} title="Worth knowing" id="notes" findings=${notes} named=${named} now=${now} />
    <${Targets} monitor=${snapshot.monitor} now=${now} />
  `;
}
