import type { IncidentChange } from '../model/incident.ts';
import { expiresAt, incidentKey, partitionOf } from './keys.ts';

const KEPT_AFTER_CLOSING_SECONDS = 30 * 24 * 3600;

/**
 * The item of an incident as it is after a change. Writing it is what tells people: the table's stream hands every
 * version to notify, in order. It is plain JSON, since a stream's reader should need nothing but the record.
 */
export function incidentItem(change: IncidentChange, now: Date): Record<string, unknown> {
  return {
    pk: partitionOf(change.incident.installation),
    sk: incidentKey(change.incident.id),
    change: JSON.stringify(change),
    ...(change.kind === 'recovered' && { expires_at: expiresAt(now, KEPT_AFTER_CLOSING_SECONDS) }),
  };
}
