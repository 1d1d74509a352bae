import type { Unknown } from '../../model/unknown.ts';

/**
 * True of a session in pg_stat_activity that the role may count but not look into: its state, times and kind read as
 * null, and a null is no zero. pg_monitor, or being a member of the session's role, lifts the veil.
 */
export const HIDDEN_SESSION = `(
    usesysid IS NOT NULL
    AND NOT pg_has_role('pg_read_all_stats', 'USAGE')
    AND NOT pg_has_role(usesysid, 'USAGE'))`;

export const SESSIONS_HIDDEN: Unknown = {
  reason: 'permission',
  detail: "the role lacks pg_monitor: it cannot look into other roles' sessions",
};
