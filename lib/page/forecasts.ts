import { html } from 'htm/preact';
import { count, duration } from './format.ts';

/** As much of a forecast as is shown: where a value is going, and when it gets to its limit. */
export interface Forecast {
  readonly signal: string;
  readonly target: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly per_hour: number | null;
  readonly seconds_left: number | null;
}

const shown = (value: number | null): string => (value === null ? 'unknown' : count(value));

export function Forecasts({ forecasts }: { readonly forecasts: readonly Forecast[] }) {
  if (forecasts.length === 0) return null;
  return html`
    <section aria-labelledby="forecasts">
      <h2 id="forecasts">Forecasts</h2>
      <ul class="rows">
        ${forecasts.map(
          (f) => html`
            <li key=${`${f.target} ${f.signal}`}>
              <span class="title">${f.seconds_left === null ? 'No limit in sight' : `Full in ${duration(f.seconds_left)}`}</span>
              <span><code>${f.signal}</code> of <code>${f.target}</code></span>
              <span class="quiet">now ${shown(f.value)} of ${shown(f.limit)}, ${shown(f.per_hour)} an hour</span>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
