import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look, Verdict } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { changeSettings } from './postgres-setting.ts';
import { tablesIn } from './postgres-table.ts';
import { judgePrefectSettings } from './prefect-settings.ts';

/** With fewer rows the factor makes no difference to anybody. */
const ROWS_MIN = 100_000;

interface Recommendation {
  readonly setting: string;
  readonly signal: string;
  readonly value: number | 'on';
  readonly why: string;
  /** Whether the present value is as recommended or better. */
  suits(value: number, look: Look): boolean;
}

/** A table with a factor of its own does not care for the server's. */
const everyLargeTableHasItsOwn = (look: Look, most: number): boolean => {
  const large = tablesIn(look.facts).filter((t) => t.rows >= ROWS_MIN);
  return large.length > 0 && large.every((t) => (t.analyze_scale_factor ?? 1) <= most);
};

/** What is recommended of the database, a setting a line. */
export const RECOMMENDED_POSTGRES_SETTINGS: readonly Recommendation[] = [
  {
    setting: 'autovacuum',
    signal: 'postgres.setting.autovacuum',
    value: 'on',
    why: 'without it dead rows and old statistics pile up, and the transaction numbers run out',
    suits: (value) => value === 1,
  },
  {
    setting: 'autovacuum_analyze_scale_factor',
    signal: 'postgres.setting.autovacuum_analyze_scale_factor',
    value: 0.02,
    why: 'large tables are analysed before their statistics are far off',
    suits: (value, look) => value <= 0.02 || everyLargeTableHasItsOwn(look, 0.02),
  },
  {
    setting: 'autovacuum_vacuum_scale_factor',
    signal: 'postgres.setting.autovacuum_vacuum_scale_factor',
    value: 0.1,
    why: 'large tables are cleaned before they swell',
    suits: (value) => value <= 0.1,
  },
  {
    setting: 'log_lock_waits',
    signal: 'postgres.setting.log_lock_waits',
    value: 'on',
    why: 'the log then names who waited for whom',
    suits: (value) => value === 1,
  },
  {
    setting: 'auto_explain.log_min_duration',
    signal: 'postgres.setting.auto_explain_log_min_duration_ms',
    value: 1000,
    why: 'the log then holds the plans of slow queries',
    suits: (value) => value >= 0 && value <= 1000,
  },
];

const present = (look: Look, signal: string): number | null => look.all(signal)[0]?.value ?? null;

const shown = (value: number, recommended: number | 'on'): string =>
  recommended === 'on' ? (value === 1 ? 'on' : 'off') : String(value);

function judgePostgres(look: Look): Verdict | null {
  const off = RECOMMENDED_POSTGRES_SETTINGS.flatMap((r) => {
    const value = present(look, r.signal);
    return value === null || r.suits(value, look) ? [] : [{ ...r, present: value }];
  });
  if (off.length === 0) return null;
  const evidence = off.map(
    (r): Evidence => ({
      text: `${r.setting} is ${shown(r.present, r.value)}, recommended is ${r.value}: ${r.why}`,
      signal: r.signal,
      value: r.present,
      threshold: r.value === 'on' ? 1 : r.value,
    }),
  );
  const changes = Object.fromEntries(off.map((r) => [r.setting, r.value]));
  const remedy: Remedy = {
    text: 'Set them; none needs a restart.',
    command: changeSettings(changes, look.facts),
  };
  const isUnattended = off.some((r) => r.setting === 'autovacuum');
  return { severity: isUnattended ? 'warning' : 'info', evidence, remedy: [remedy] };
}

export const settingOffRecommended: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'setting-off-recommended',
  kinds: ['postgres', 'prefect'],
  component: 'database',
  title: 'Settings are not as recommended for Prefect',
  needs: ['postgres.setting.autovacuum', 'prefect.docket.in_memory'],
  meaning: 'These settings of the database, or of Prefect itself, differ from what is recommended.',
  impact:
    'Nothing is broken by it today; with growth Prefect becomes slow earlier, and what it logs says less then.',
  remedy: [
    {
      text: "Compare Prefect's, where the server runs.",
      command: 'prefect config view --show-defaults',
    },
    {
      text: "Compare the database's.",
      command:
        "SELECT name, setting FROM pg_settings WHERE name IN ('autovacuum', 'autovacuum_analyze_scale_factor', 'autovacuum_vacuum_scale_factor', 'log_lock_waits');",
    },
  ],
  causes: [],
  source: [
    'Prefect, Database flags',
    'Prefect, api.request.duration: Configuration Parameters',
    'Prefect, flow_run.count: Configuration Parameters',
    'Query performance degrading over time due to stale statistics: autovacuum_analyze_scale_factor',
  ],
  judge: (look) => (look.target.kind === 'prefect' ? judgePrefectSettings(look) : judgePostgres(look)),
};
