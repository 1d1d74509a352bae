import * as v from 'valibot';
import type { FindingDefinition } from '../finding.ts';
import { sqlText } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

const GIBIBYTE = 2 ** 30;

const Slots = v.array(
  v.object({ slot: v.string(), active: v.boolean(), retained_bytes: v.nullable(v.number()) }),
);

export const postgresReplicationSlotInactive: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-replication-slot-inactive',
  kinds: ['postgres'],
  component: 'database',
  title: 'A replication slot nobody reads fills the disk',
  needs: ['postgres.replication.inactive_retained_bytes'],
  thresholds: {
    warning: { enter: 1 * GIBIBYTE, leave: 0.5 * GIBIBYTE },
    critical: { enter: 10 * GIBIBYTE, leave: 5 * GIBIBYTE },
  },
  meaning:
    'A slot keeps the write-ahead log for a reader that is not there: a replica that was removed, a migration or change-data feed that was stopped.',
  impact:
    'The log grows with every write and is never thrown away: when the disk is full the server stops, and Prefect with it. Vacuum is held back too.',
  remedy: [
    {
      text: 'See the slots and what they keep.',
      command:
        'SELECT slot_name, active, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) FROM pg_replication_slots;',
    },
    {
      text: 'Start its reader again, or drop the slot; its reader must then begin from a fresh copy.',
      command: "SELECT pg_drop_replication_slot('<slot>');",
    },
  ],
  causes: [],
  source: ['PostgreSQL, Replication slots'],
  judge: (look) => {
    const bytes = look.value('postgres.replication.inactive_retained_bytes');
    const severity = look.level(bytes);
    if (severity === null) return null;
    const parsed = v.safeParse(Slots, look.facts.replication_slots);
    const idle = parsed.success ? parsed.output.filter((s) => !s.active && s.retained_bytes !== null) : [];
    const [slot] = idle.toSorted((a, b) => (b.retained_bytes ?? 0) - (a.retained_bytes ?? 0));
    const [see] = postgresReplicationSlotInactive.remedy;
    return {
      severity,
      evidence: [
        {
          text: `${slot === undefined ? 'an inactive slot' : `slot ${slot.slot}`} keeps ${(bytes / GIBIBYTE).toFixed(1)} GiB of write-ahead log`,
          signal: 'postgres.replication.inactive_retained_bytes',
          value: bytes,
          threshold: look.threshold(severity),
        },
      ],
      ...(see !== undefined &&
        slot !== undefined && {
          remedy: [
            see,
            {
              text: 'Start its reader again, or drop the slot; its reader must then begin from a fresh copy.',
              command: `SELECT pg_drop_replication_slot(${sqlText(slot.slot)});`,
            },
          ],
        }),
    };
  },
};
