import { html } from 'htm/preact';
import type { Forecast } from '../model/forecast.ts';
import { bytes, count, duration, localTime, percent } from './format.ts';

/** What a person reads of a signal whose time left is told: what comes, and how its values are written. */
interface Foreseen {
  readonly what: string;
  readonly shown: (value: number) => string;
}

const FORESEEN: Readonly<Record<string, Foreseen>> = {
  'postgres.storage.free_bytes': { what: 'Storage is full', shown: bytes },
  'postgres.connections.used_percent': { what: 'No connection is left', shown: percent },
  'redis.memory.used_percent': { what: 'Memory is full', shown: percent },
  'redis.docket.backlog': { what: 'The docket’s backlog is critical', shown: count },
  'network.tls.expires_in_days': { what: 'The certificate expires', shown: (v) => duration(v * 86_400) },
};

/** What a forecast rests on: where the value is and how fast it goes where, and how well the trend fits. */
export function basisOf({ signal, value, limit, per_hour, points, window_seconds, fit }: Forecast): string {
  if (points <= 1) return 'by its date';
  const shown = FORESEEN[signal]?.shown ?? count;
  const rate = `${per_hour < 0 ? '−' : '+'}${shown(Math.abs(per_hour))} an hour`;
  const past = `by ${count(points)} values of the last ${duration(window_seconds)}`;
  return `${shown(value)} now, ${rate}, limit ${shown(limit)}; ${past}, fit ${fit.toFixed(2)} (1.00 is quite steady)`;
}

const Row = ({ forecast: f }: { readonly forecast: Forecast }) => html`
  <li>
    <span class="title">
      ${FORESEEN[f.signal]?.what ?? html`<code>${f.signal}</code>`} in${' '}
      <time datetime=${f.reached_at} title=${localTime(f.reached_at)}>${duration(f.seconds_left)}</time>
    </span>
    <code>${[f.target, ...Object.values(f.labels ?? {})].join(' ')}</code>
    <span class="quiet">${basisOf(f)}</span>
  </li>
`;

/** What runs out and when, the soonest first. */
export function Forecasts({ forecasts }: { readonly forecasts: readonly Forecast[] }) {
  if (forecasts.length === 0) return null;
  return html`
    <section aria-labelledby="forecasts">
      <h2 id="forecasts">If it goes on like this</h2>
      <ul class="rows">
        ${forecasts.map((f) => html`<${Row} key=${`${f.target} ${f.signal} ${JSON.stringify(f.labels)}`} forecast=${f} />`)}
      </ul>
    </section>
  `;
}
