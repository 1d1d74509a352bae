import * as v from 'valibot';
import type { Evidence, Remedy } from '../../model/finding.ts';
import type { Fact } from '../../model/report.ts';
import { sqlName } from '../quoting.ts';

/** A session as the activity collector leaves it in the facts. */
const Session = v.object({
  pid: v.number(),
  user: v.nullable(v.string()),
  application: v.nullable(v.string()),
  client: v.nullable(v.string()),
  state: v.nullable(v.string()),
  waits_for: v.nullable(v.string()),
  seconds: v.number(),
});
export type Session = Readonly<v.InferOutput<typeof Session>>;

export function parseSession(fact: Fact | undefined): Session | null {
  const parsed = v.safeParse(Session, fact);
  return parsed.success ? parsed.output : null;
}

/** Who it is, in the words an operator looks for. */
export function evidenceOfSession(session: Session | null): readonly Evidence[] {
  if (session === null) return [];
  const { pid, user, application, client, state, waits_for } = session;
  const parts = [
    `pid ${pid}`,
    user && `role ${user}`,
    application && `application ${application}`,
    client && `from ${client}`,
    state,
    state === 'active' && waits_for && `waiting for ${waits_for}`,
  ];
  return [{ text: parts.filter(Boolean).join(', ') }];
}

export const seeSession = ({ pid }: Session): Remedy => ({
  text: `See what pid ${pid} last did.`,
  command: `SELECT pid, usename, application_name, client_addr, state, xact_start, state_change, query FROM pg_stat_activity WHERE pid = ${pid};`,
});

export const terminateSession = ({ pid }: Session, text: string): Remedy => ({
  text,
  command: `SELECT pg_terminate_backend(${pid});`,
});

/** Keeps it from happening again; needs a role to set it for. */
export const idleTimeoutFor = ({ user }: Session): readonly Remedy[] =>
  user === null
    ? []
    : [
        {
          text: 'Have the server end such transactions of this role by itself; it holds for new sessions.',
          command: `ALTER ROLE ${sqlName(user)} SET idle_in_transaction_session_timeout = '60s';`,
        },
      ];
