import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { FLOW_RUNS } from './charts.ts';
import { Line } from './course.ts';
import { count } from './format.ts';
import { StatusMark } from './status-mark.ts';
import { whyUnknown } from './unknown.ts';
import type { Course } from './use-history.ts';

/** The way of a run, then its ends; states this page does not know come last. */
const ORDER = [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'PAUSED',
  'CANCELLING',
  'COMPLETED',
  'CANCELLED',
  'FAILED',
  'CRASHED',
];
const rank = (state: string): number => (ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.length);

interface Props {
  readonly snapshot: Snapshot;
  readonly course: Course;
}

export function FlowRuns({ snapshot: { flow_runs: flowRuns, monitor }, course }: Props) {
  const counted = monitor.targets.find((t) => t.kind === 'prefect')?.target;
  const states = Object.entries(flowRuns.by_state).toSorted(([a], [b]) => rank(a) - rank(b));
  return html`
    <section aria-labelledby="flow-runs">
      <h2 id="flow-runs" tabindex="-1">Flow runs <${StatusMark} status=${flowRuns.status} /></h2>
      ${flowRuns.unknown && html`<p class="reason">${whyUnknown(flowRuns.unknown)}</p>`}
      <dl class="states">
        ${states.map(
          ([state, runs]) => html`
            <div key=${state} class="state">
              <dt>${state.toLowerCase()}</dt>
              <dd>${runs === null ? 'unknown' : count(runs)}</dd>
              <dd><${Line} chart=${{ ...FLOW_RUNS, name: state.toLowerCase() }} course=${course} target=${counted} label=${state} /></dd>
            </div>
          `,
        )}
      </dl>
    </section>
  `;
}
