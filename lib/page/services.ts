import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { Ago } from './ago.ts';
import { detailsOf, inShort } from './details.ts';
import { type Filter, isWanted } from './filter.ts';
import { duration, milliseconds } from './format.ts';
import { StatusMark } from './status-mark.ts';
import { whyUnknown } from './unknown.ts';

type Service = Snapshot['services']['perpetual'][number];

const NOT_KNOWN = html`<span class="quiet" title="It does not show from outside">not known</span>`;

/** A long name may break where its words do. */
const Name = ({ name }: { readonly name: string }) =>
  name.split('_').map((word, i) => (i === 0 ? word : html`_<wbr />${word}`));

const Details = ({ service }: { readonly service: Service }) => html`
  <details>
    <summary>${inShort(service) || 'Details'}</summary>
    <dl>
      ${detailsOf(service).map(([label, value]) => html`<div class="fact"><dt>${label}</dt><dd>${value}</dd></div>`)}
    </dl>
  </details>
`;

interface RowProps {
  readonly service: Service;
  readonly isTimed: boolean;
  readonly now: Date;
}

const Row = ({ service: s, isTimed, now }: RowProps) => html`
  <tr>
    <th scope="row"><${Name} name=${s.name} /></th>
    <td><${StatusMark} status=${s.status} /></td>
    <td data-label="Last heartbeat">${s.last_heartbeat === null ? NOT_KNOWN : html`<${Ago} at=${s.last_heartbeat} now=${now} /> ago`}</td>
    ${
      isTimed &&
      html`
        <td data-label="Took">${typeof s.last_duration_ms === 'number' ? milliseconds(s.last_duration_ms) : NOT_KNOWN}</td>
        <td data-label="Every">${typeof s.expected_interval_seconds === 'number' ? duration(s.expected_interval_seconds) : NOT_KNOWN}</td>
      `
    }
    <td class="details"><${Details} service=${s} /></td>
  </tr>
`;

interface TableProps {
  readonly title: string;
  readonly services: readonly Service[];
  /** Whether they run at intervals, each for some time. */
  readonly isTimed?: boolean;
  readonly filter: Filter;
  readonly now: Date;
}

function Table({ title, services, isTimed = false, filter, now }: TableProps) {
  const shown = services.filter((s) => isWanted(filter, [s.name, title], s.status));
  if (shown.length === 0) return null;
  return html`
    <table class="services">
      <caption>${title}</caption>
      <thead>
        <tr>
          <th scope="col">Service</th><th scope="col">Status</th><th scope="col">Last heartbeat</th>
          ${isTimed && html`<th scope="col">Took</th><th scope="col">Every</th>`}
          <th scope="col">Details</th>
        </tr>
      </thead>
      <tbody>${shown.map((s) => html`<${Row} key=${s.name} service=${s} isTimed=${isTimed} now=${now} />`)}</tbody>
    </table>
  `;
}

interface Props {
  readonly snapshot: Snapshot;
  readonly filter: Filter;
  readonly now: Date;
}

/** A row for every service that Prefect runs in the background: those that run by the clock, and those that consume. */
export const Services = ({ snapshot: { services }, filter, now }: Props) => html`
  <section aria-labelledby="services">
    <h2 id="services" tabindex="-1">Background services</h2>
    ${services.unknown && html`<p class="reason">${whyUnknown(services.unknown)}</p>`}
    <${Table} title="Perpetual services" services=${services.perpetual} isTimed filter=${filter} now=${now} />
    <${Table} title="Consumers" services=${services.consumer} filter=${filter} now=${now} />
  </section>
`;
