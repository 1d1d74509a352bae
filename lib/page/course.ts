import { html } from 'htm/preact';
import { type Chart, chartsOf, courseOf } from './charts.ts';
import { Sparkline } from './sparkline.ts';
import type { Course } from './use-history.ts';

interface LineProps {
  readonly chart: Chart;
  readonly course: Course;
  readonly target?: string | null | undefined;
  readonly label?: string;
}

/** The line of one signal; nothing where its course is not known. */
export function Line({ chart, course, target, label }: LineProps) {
  if (course === null || !('history' in course)) return null;
  const { history } = course;
  const series = courseOf(history, chart, { target, label: label ?? null });
  if (series === undefined) return null;
  return html`<${Sparkline} name=${chart.name} times=${history.times} values=${series.values} shown=${chart.shown} />`;
}

/** The lines of a target, side by side. */
export const Lines = ({ target, course }: { readonly target: string; readonly course: Course }) => html`
  <div class="sparks">
    ${chartsOf(target).map((chart) => html`<${Line} key=${chart.signal} chart=${chart} course=${course} target=${target} />`)}
  </div>
`;
