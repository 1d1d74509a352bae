import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import { grantsFor } from '../../lib/config/grants.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

type PostgresInput = NonNullable<ConfigInput['installations'][number]['postgres']>[number];

const orion = { name: 'orion', host: 'db.example.com', database: 'prefect', user: 'prefect_vitals' };

function scriptFor(...postgres: readonly PostgresInput[]): string {
  const config = parseConfig({ installations: [{ name: 'production', postgres }] });
  const [target] = config.installations[0]?.postgres ?? [];
  if (target === undefined) throw new Error('the configuration lost its target');
  return grantsFor(config, 'production', target);
}

describe('the grants of a target', () => {
  it('limit the role to two sessions, time and reading', () => {
    const script = scriptFor(orion);
    expect(script).toContain('ALTER ROLE "prefect_vitals" LOGIN CONNECTION LIMIT 2;');
    expect(script).toContain(`SET statement_timeout = '3s';`);
    expect(script).toContain(`SET lock_timeout = '500ms';`);
    expect(script).toContain(`SET default_transaction_read_only = 'on';`);
    expect(script).toContain('GRANT pg_monitor TO "prefect_vitals";');
    expect(script).toContain('GRANT CONNECT ON DATABASE "prefect" TO "prefect_vitals";');
  });

  it('make room for every target that logs in to the same server as the same role', () => {
    const nebula = { ...orion, name: 'nebula', database: 'nebula' };
    const elsewhere = { ...orion, name: 'events', host: 'other.example.com' };
    expect(scriptFor(orion, nebula, elsewhere)).toContain('CONNECTION LIMIT 4;');
  });

  it('let a role of RDS IAM log in by its token, and name the permission it needs', () => {
    const script = scriptFor({
      ...orion,
      password: { from: 'rds-iam', region: 'eu-central-1', resourceId: 'db-ABC123' },
    });
    expect(script).toContain('GRANT rds_iam TO "prefect_vitals";');
    expect(script).toContain('arn:aws:rds-db:eu-central-1:<account>:dbuser:db-ABC123/prefect_vitals');
  });

  it('never hold a password, only where it is', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:vitals-AbCdEf';
    expect(scriptFor({ ...orion, password: { from: 'secret', arn } })).toContain(
      `-- Then give it the password that the secret ${arn} holds, in psql:  \\password "prefect_vitals"`,
    );
  });

  it('cannot be broken out of by a name', () => {
    const name = `x"; DROP TABLE events; --\n'$vitals$`;
    const script = scriptFor({ ...orion, user: name, database: name });
    expect(script).not.toMatch(/^\s*DROP/m);
    expect(script).toContain('DO $vitals_$');
  });
});
