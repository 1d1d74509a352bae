import { html } from 'htm/preact';
import type { Forecast } from '../model/forecast.ts';
import { count, duration, localTime } from './format.ts';

/** What a person reads of a signal whose time left is told; of any other its name. */
const WHAT: Readonly<Record<string, string>> = {
  'postgres.storage.free_bytes': 'Storage is full',
  'postgres.connections.used_percent': 'No connection is left',
  'redis.memory.used_percent': 'Memory is full',
  'redis.docket.backlog': 'The docket’s backlog is critical',
  'network.tls.expires_in_days': 'The certificate expires',
};

const basis = ({ points, window_seconds }: Forecast): string =>
  points > 1 ? `by ${count(points)} values of the last ${duration(window_seconds)}` : 'by its date';

const Row = ({ forecast: f }: { readonly forecast: Forecast }) => html`
  <li>
    <span class="title">
      ${WHAT[f.signal] ?? html`<code>${f.signal}</code>`} in${' '}
      <time datetime=${f.reached_at} title=${localTime(f.reached_at)}>${duration(f.seconds_left)}</time>
    </span>
    <span class="quiet">
      <code>${[f.target, ...Object.values(f.labels ?? {})].join(' ')}</code>, ${basis(f)}
    </span>
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
