import * as v from 'valibot';
import type { FindingDefinition } from '../finding.ts';
import { sqlName } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

const Indexes = v.array(v.object({ schema: v.string(), index: v.string(), table: v.string() }));

export const postgresInvalidIndex: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-invalid-index',
  kinds: ['postgres'],
  component: 'database',
  title: 'An index is invalid',
  needs: ['postgres.indexes.invalid'],
  meaning:
    'A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY, as migrations of Prefect run them, was interrupted and left an index no query may use.',
  impact:
    'The queries it was made for read the whole table, and every write still pays for it. A migration that finds it there believes it is done.',
  remedy: [
    {
      text: 'See which it is.',
      command: 'SELECT indexrelid::regclass, indrelid::regclass FROM pg_index WHERE NOT indisvalid;',
    },
    { text: 'Build it anew without locking the table.', command: 'REINDEX INDEX CONCURRENTLY <index>;' },
  ],
  causes: [],
  source: [
    'PostgreSQL, CREATE INDEX: Building indexes concurrently',
    'Prefect, migrations of event_resources',
  ],
  judge: (look) => {
    const count = look.value('postgres.indexes.invalid');
    if (count === 0) return null;
    const parsed = v.safeParse(Indexes, look.facts.invalid_indexes);
    const indexes = parsed.success ? parsed.output : [];
    return {
      severity: 'warning',
      evidence: [
        {
          text: count === 1 ? '1 index is invalid' : `${count} indexes are invalid`,
          signal: 'postgres.indexes.invalid',
          value: count,
          threshold: 1,
        },
        ...indexes.map((i) => ({ text: `${i.index} on ${i.table}` })),
      ],
      ...(indexes.length > 0 && {
        remedy: indexes.flatMap(({ schema, index }) =>
          // What REINDEX CONCURRENTLY itself leaves behind is a copy: the index proper is still there.
          /_cc(new|old)\d*$/.test(index)
            ? [
                {
                  text: `${index} is what an interrupted REINDEX left: drop it.`,
                  command: `DROP INDEX CONCURRENTLY ${sqlName(schema, index)};`,
                },
              ]
            : [
                {
                  text: `Build ${index} anew without locking the table.`,
                  command: `REINDEX INDEX CONCURRENTLY ${sqlName(schema, index)};`,
                },
              ],
        ),
      }),
    };
  },
};
