import type { NetworkTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { worstOf } from '../model/status.ts';
import { NOT_CONFIGURED, unknownIn, type View, valueIn } from './sections.ts';

const isOn = (value: number | null): boolean | null => (value === null ? null : value === 1);

function entranceEntry(view: View<NetworkTarget>): Snapshot['network']['entrances'][number] {
  return {
    name: view.target.name,
    target: view.target.id,
    serves: view.target.serves,
    status: view.status,
    dns_latency_ms: valueIn(view, 'network.dns.ms'),
    dns_addresses: valueIn(view, 'network.dns.addresses'),
    connect_ms: valueIn(view, 'network.connect_ms'),
    latency_ms: valueIn(view, 'network.answer_ms'),
    http_status: valueIn(view, 'network.http_status'),
    leads_where_it_should: isOn(valueIn(view, 'network.routed')),
    certificate_trusted: isOn(valueIn(view, 'network.tls.trusted')),
    certificate_expires_in_days: valueIn(view, 'network.tls.expires_in_days'),
    ...unknownIn(view),
  };
}

/** The way in: as well as its worst entrance. */
export function networkSection(views: readonly View<NetworkTarget>[]): Snapshot['network'] {
  if (views.length === 0) return { status: 'unknown', entrances: [], unknown: NOT_CONFIGURED };
  return { status: worstOf(views.map((v) => v.status)), entrances: views.map(entranceEntry) };
}
