import * as v from 'valibot';
import { StatusSchema } from './status.ts';
import { UnknownSchema } from './unknown.ts';

const number = v.nullable(v.number());
const text = v.nullable(v.string());

/** What the logs of Prefect's pods said in the minute from `from` up to `to`. */
export const LogsSchema = v.strictObject({
  status: StatusSchema,
  from: text,
  to: text,
  containers_read: number,
  containers_unread: number,
  errors: number,
  auth_errors: number,
  database_errors: number,
  slow_queries: number,
  signatures: v.array(
    v.strictObject({
      signature: v.string(),
      theme: v.string(),
      meaning: v.string(),
      count: v.number(),
      first: text,
      last: text,
      pods: v.array(v.strictObject({ pod: v.string(), count: v.number() })),
      sample: v.string(),
    }),
  ),
  unknown: v.optional(UnknownSchema),
});

/** What one log of PostgreSQL said in the minute from `from` up to `to`; the statements without the values in them. */
const PostgresLogSchema = v.strictObject({
  name: v.string(),
  target: v.string(),
  status: StatusSchema,
  from: text,
  to: text,
  records: number,
  truncated: v.nullable(v.boolean()),
  slow_statements: number,
  slowest_ms: number,
  lock_waits: number,
  longest_lock_wait_ms: number,
  worst: v.array(v.strictObject({ statement: v.string(), count: v.number(), total_ms: v.number() })),
  unknown: v.optional(UnknownSchema),
});

/** Unknown, and said why, where no such log is configured: that counts in no status. */
export const PostgresLogsSchema = v.strictObject({
  status: StatusSchema,
  logs: v.array(PostgresLogSchema),
  unknown: v.optional(UnknownSchema),
});
