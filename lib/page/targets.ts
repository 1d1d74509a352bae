import { html } from 'htm/preact';
import type { Snapshot, TargetState } from '../model/snapshot.ts';
import { Ago } from './ago.ts';
import { milliseconds } from './format.ts';
import { StatusMark } from './status-mark.ts';
import { reasonInWords, whyUnknown } from './unknown.ts';

interface TargetProps {
  readonly target: TargetState;
  readonly now: Date;
}

const Target = ({ target: t, now }: TargetProps) => html`
  <li>
    <h3><code>${t.target}</code></h3>
    <${StatusMark} status=${t.status} />
    <p class="quiet">
      ${t.observed_at === null ? 'never looked at' : html`looked at <${Ago} at=${t.observed_at} now=${now} /> ago`}
      ${t.duration_ms !== null && `, in ${milliseconds(t.duration_ms)}`}
    </p>
    ${t.unknown && html`<p class="reason">${whyUnknown(t.unknown)}</p>`}
    ${t.errors.map((e) => html`<p class="reason"><code>${e.collector}</code>: ${whyUnknown(e)}</p>`)}
  </li>
`;

interface Props {
  readonly monitor: Snapshot['monitor'];
  readonly now: Date;
}

/** How the probing itself goes, target by target. */
export const Targets = ({ monitor, now }: Props) => html`
  <section aria-labelledby="targets">
    <h2 id="targets">Targets</h2>
    <ul class="rows">
      ${monitor.targets.map((t) => html`<${Target} key=${t.target} target=${t} now=${now} />`)}
    </ul>
    ${
      monitor.unevaluated.length > 0 &&
      html`<details class="unevaluated">
        <summary>Rules that could not be judged: ${monitor.unevaluated.length}</summary>
        <ul>
          ${monitor.unevaluated.map(
            (u) =>
              html`<li><code>${u.finding}</code> of <code>${u.target}</code>: ${reasonInWords(u.reason)}</li>`,
          )}
        </ul>
      </details>`
    }
  </section>
`;
