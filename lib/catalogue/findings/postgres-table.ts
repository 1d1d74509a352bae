import * as v from 'valibot';
import type { Facts } from '../../model/report.ts';

const Tables = v.array(
  v.object({
    schema: v.string(),
    name: v.string(),
    table: v.string(),
    rows: v.number(),
    has_statistics: v.boolean(),
    analyze_scale_factor: v.nullable(v.number()),
  }),
);
export type Table = Readonly<v.InferOutput<typeof Tables>[number]>;

/** The tables as the tables collector left them in the facts; none when it did not get to see them. */
export function tablesIn(facts: Facts): readonly Table[] {
  const parsed = v.safeParse(Tables, facts.tables);
  return parsed.success ? parsed.output : [];
}
