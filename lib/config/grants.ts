import { GROWING_TABLES, ORCHESTRATION_TABLES } from '../catalogue/prefect-tables.ts';
import { shellWord, sqlName, sqlText } from '../catalogue/quoting.ts';
import type { Config, InstallationConfig } from './schema.ts';

type PostgresConfig = InstallationConfig['postgres'][number];

/** Both tiers may look at a target at the same moment. */
const SESSIONS_OF_TARGET = 2;

/** As the probe asks for when it logs in; set on the role they hold whoever logs in as it. */
const ROLE_SETTINGS = {
  default_transaction_read_only: 'on',
  statement_timeout: '3s',
  lock_timeout: '500ms',
  idle_in_transaction_session_timeout: '5s',
} as const;

const TABLES_READ = [...GROWING_TABLES, ...ORCHESTRATION_TABLES];

const isSameLogin = (a: PostgresConfig, b: PostgresConfig): boolean =>
  a.host === b.host && a.port === b.port && a.user === b.user;

/** Targets on one server may share a role: its limit then has to hold for all of them at once. */
function sessionsOf(config: Config, target: PostgresConfig): number {
  const sharing = config.installations.flatMap((i) => i.postgres).filter((t) => isSameLogin(t, target));
  return SESSIONS_OF_TARGET * sharing.length;
}

/** A block of PL/pgSQL, quoted by a tag that does not occur in it. */
function block(lines: readonly string[]): string {
  const body = lines.join('\n');
  let tag = '$vitals$';
  while (body.includes(tag)) tag = tag.replace('vitals', 'vitals_');
  return `DO ${tag}\n${body}\n${tag};`;
}

const makeRole = (user: string): string =>
  block([
    'BEGIN',
    `  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlText(user)}) THEN`,
    `    CREATE ROLE ${sqlName(user)};`,
    '  END IF;',
    'END',
  ]);

/** What is not there, in this release of Prefect or in this database, is not granted. */
const grantTables = (user: string): string =>
  block([
    'DECLARE',
    '  found record;',
    'BEGIN',
    '  FOR found IN',
    '    SELECT c.oid::regclass AS "table", c.relnamespace::regnamespace AS "schema"',
    '    FROM pg_class c',
    `    WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)`,
    `      AND c.relname IN (${TABLES_READ.map(sqlText).join(', ')})`,
    '  LOOP',
    `    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', found."schema", ${sqlText(user)});`,
    `    EXECUTE format('GRANT SELECT ON TABLE %s TO %I', found."table", ${sqlText(user)});`,
    '  END LOOP;',
    '  FOR found IN',
    `    SELECT extnamespace::regnamespace AS "schema" FROM pg_extension WHERE extname = 'pg_stat_statements'`,
    '  LOOP',
    `    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', found."schema", ${sqlText(user)});`,
    '  END LOOP;',
    'END',
  ]);

/** A comment ends with its line, whatever a name contains. */
const comment = (lines: readonly string[]): string =>
  lines.map((line) => `-- ${line.replace(/[\r\n]+/g, ' ')}`).join('\n');

function login({ user, password }: PostgresConfig): readonly string[] {
  const role = sqlName(user);
  if (password?.from === 'rds-iam') {
    const resource = password.resourceId ?? '*';
    return [
      comment([
        'It logs in with a token of RDS IAM, and has no password. The function needs rds-db:connect on',
        `arn:aws:rds-db:${password.region}:<account>:dbuser:${resource}/${user}, which the stack gives it.`,
      ]),
      `GRANT rds_iam TO ${role};`,
    ];
  }
  if (password === undefined) return [comment(['The configuration names no password for it.'])];
  const source = password.from === 'secret' ? `the secret ${password.arn}` : `$${password.variable}`;
  return [comment([`Then give it the password that ${source} holds, in psql:  \\password ${role}`])];
}

/**
 * SQL that makes the role a target is looked at by, with the least it needs: to see statistics and settings
 * (pg_monitor), to read Prefect's tables, and nothing else. Run by an administrator in the target's database, as often
 * as one likes. It holds no password.
 */
export function grantsFor(config: Config, installation: string, target: PostgresConfig): string {
  const { host, port, database, user, name } = target;
  const role = sqlName(user);
  const settings = Object.entries(ROLE_SETTINGS);
  return [
    comment([
      `Prefect Vitals: the role that looks at postgres/${name} of ${installation}.`,
      'Run by an administrator in the database it is for; it may be run again at any time:',
      `  psql -v ON_ERROR_STOP=1 -h ${shellWord(host)} -p ${port} -d ${shellWord(database)} -U <administrator> -f <this file>`,
    ]),
    'BEGIN;',
    makeRole(user),
    `ALTER ROLE ${role} LOGIN CONNECTION LIMIT ${sessionsOf(config, target)};`,
    ...settings.map(([setting, value]) => `ALTER ROLE ${role} SET ${setting} = '${value}';`),
    `GRANT pg_monitor TO ${role};`,
    `GRANT CONNECT ON DATABASE ${sqlName(database)} TO ${role};`,
    grantTables(user),
    ...login(target),
    'COMMIT;',
    '',
  ].join('\n');
}

/** Who is no superuser must be a member of a role, since PostgreSQL 16, to take away what it was granted. */
const takeAway = (user: string): string =>
  block([
    'DECLARE',
    `  looker regrole := to_regrole(${sqlText(sqlName(user))});`,
    'BEGIN',
    '  IF looker IS NULL THEN RETURN; END IF;',
    "  EXECUTE format('GRANT %s TO CURRENT_USER', looker);",
    "  EXECUTE format('DROP OWNED BY %s', looker);",
    "  IF EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = looker) THEN",
    "    RAISE NOTICE '% stays: it has grants in other databases of this server', looker;",
    '    RETURN;',
    '  END IF;',
    "  EXECUTE format('DROP ROLE %s', looker);",
    'END',
  ]);

/**
 * SQL that takes away what `grantsFor` gave in the target's database, and the role with it once no other database of the
 * server knows it.
 */
export function revokesFor(
  installation: string,
  { host, port, database, user, name }: PostgresConfig,
): string {
  return [
    comment([
      `Prefect Vitals: takes away the role that looked at postgres/${name} of ${installation}.`,
      'Run by an administrator in each database it was made for; the last one drops it:',
      `  psql -v ON_ERROR_STOP=1 -h ${shellWord(host)} -p ${port} -d ${shellWord(database)} -U <administrator> -f <this file>`,
    ]),
    takeAway(user),
    '',
  ].join('\n');
}
