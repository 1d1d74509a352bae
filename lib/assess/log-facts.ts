import * as v from 'valibot';
import type { Unknown } from '../model/unknown.ts';
import { type View, valueIn } from './sections.ts';

/** The minute whose records were counted, as the probe tells it in its facts. */
const Minute = v.fallback(v.object({ from: v.nullable(v.string()), to: v.nullable(v.string()) }), {
  from: null,
  to: null,
});
export const minuteIn = ({ observation }: View) => v.parse(Minute, observation.facts.log_window);

const SILENT: Unknown = {
  reason: 'no-traffic',
  detail: 'this log says nothing at all: that nothing is counted in it does not tell that all is well',
};

/** Why the counts of a log tell nothing, be it that it could not be read or that it is silent; null when they do. */
export const unknownOfLog = (view: View): Unknown | null =>
  view.watch.unknown ?? (valueIn(view, `${view.target.kind}.silent`) === 1 ? SILENT : null);
