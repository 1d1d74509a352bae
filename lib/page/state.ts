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
import { useNamedFinding } from './route.ts';
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
  readonly now: Date;
}

/** All of an installation: what people come for first, how the watching itself goes last. */
export function State({ snapshot, course, now }: Props) {
  const [filter, setFilter] = useState(NO_FILTER);
  const named = useNamedFinding();
  const rootCause = rootCauseOf(snapshot);
  const others = snapshot.findings.filter(
    (f) => f !== rootCause && isWanted(filter, [f.title, f.id, f.target], f.status),
  );
  useTitle(`${snapshot.installation}: ${snapshot.status} – Prefect Vitals`);
  return html`
    <${Overview} snapshot=${snapshot} course=${course} named=${named} now=${now} />
    <${FilterBar} filter=${filter} onChange=${setFilter} />
    <${Findings} findings=${others} named=${named} now=${now} />
    <${Incidents} incidents=${snapshot.incidents} now=${now} />
    <${Forecasts} forecasts=${snapshot.forecasts} />
    <${Services} snapshot=${snapshot} filter=${filter} now=${now} />
    <${Components} snapshot=${snapshot} filter=${filter} course=${course} />
    <${FlowRuns} flowRuns=${snapshot.flow_runs} course=${course} />
    <${Logs} logs=${snapshot.logs} now=${now} />
    <${Targets} monitor=${snapshot.monitor} now=${now} />
  `;
}
