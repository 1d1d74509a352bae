import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { Ago } from './ago.ts';
import { type Filter, isWanted } from './filter.ts';
import { count, duration, milliseconds } from './format.ts';
import { StatusMark } from './status-mark.ts';
import { whyUnknown } from './unknown.ts';

type Service = Snapshot['services']['perpetual'][number];

const NOT_TOLD = html`<span class="quiet">–</span>`;

/** `runs_per_minute: 4` as `runs per minute 4`; what is not known is left out. */
const detailsOf = ({ details }: Service): readonly string[] =>
  Object.entries(details).flatMap(([name, value]) => {
    if (value === null) return [];
    return [`${name.replaceAll('_', ' ')} ${typeof value === 'number' ? count(value) : value}`];
  });

interface RowProps {
  readonly service: Service;
  readonly now: Date;
}

const Row = ({ service: s, now }: RowProps) => html`
  <tr>
    <th scope="row">${s.name}</th>
    <td><${StatusMark} status=${s.status} /></td>
    <td data-label="Last heartbeat">${s.last_heartbeat === null ? NOT_TOLD : html`<${Ago} at=${s.last_heartbeat} now=${now} /> ago`}</td>
    <td data-label="Took">${typeof s.last_duration_ms === 'number' ? milliseconds(s.last_duration_ms) : NOT_TOLD}</td>
    <td data-label="Every">${typeof s.expected_interval_seconds === 'number' ? duration(s.expected_interval_seconds) : NOT_TOLD}</td>
    <td class="quiet details">${[...(s.error ? [s.error] : []), ...detailsOf(s)].join(', ')}</td>
  </tr>
`;

interface TableProps {
  readonly title: string;
  readonly services: readonly Service[];
  readonly filter: Filter;
  readonly now: Date;
}

function Table({ title, services, filter, now }: TableProps) {
  const shown = services.filter((s) => isWanted(filter, [s.name, title], s.status));
  if (shown.length === 0) return null;
  return html`
    <table class="services">
      <caption>${title}</caption>
      <thead>
        <tr>
          <th scope="col">Service</th><th scope="col">Status</th><th scope="col">Last heartbeat</th>
          <th scope="col">Took</th><th scope="col">Every</th><th scope="col">Details</th>
        </tr>
      </thead>
      <tbody>${shown.map((s) => html`<${Row} key=${s.name} service=${s} now=${now} />`)}</tbody>
    </table>
  `;
}

interface Props {
  readonly snapshot: Snapshot;
  readonly filter: Filter;
  readonly now: Date;
}

/** A row for every service: those that Prefect runs in the background, and those it is made of. */
export const Services = ({ snapshot: { services, prefect_services }, filter, now }: Props) => html`
  <section aria-labelledby="services">
    <h2 id="services">Services</h2>
    ${services.unknown && html`<p class="reason">Background services: ${whyUnknown(services.unknown)}</p>`}
    <${Table} title="Perpetual services" services=${services.perpetual} filter=${filter} now=${now} />
    <${Table} title="Consumers" services=${services.consumer} filter=${filter} now=${now} />
    <${Table} title="Prefect services" services=${prefect_services} filter=${filter} now=${now} />
  </section>
`;
