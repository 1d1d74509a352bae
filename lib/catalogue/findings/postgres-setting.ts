import type { Facts } from '../../model/report.ts';

/** The commands of Amazon's parameter groups, by the platform the settings collector found. */
const PARAMETER_GROUP: Readonly<Record<string, string>> = {
  rds: 'aws rds modify-db-parameter-group --db-parameter-group-name <group>',
  aurora: 'aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name <group>',
};

const parameterOf = ([name, value]: readonly [string, string | number]): string =>
  `ParameterName=${name},ParameterValue=${value === 'on' ? 1 : value},ApplyMethod=immediate`;

/** How settings that need no restart are changed where this server runs: Amazon's refuse ALTER SYSTEM. */
export function changeSettings(settings: Readonly<Record<string, string | number>>, facts: Facts): string {
  const changes = Object.entries(settings);
  const group = typeof facts.platform === 'string' ? PARAMETER_GROUP[facts.platform] : undefined;
  if (group !== undefined)
    return `${group} --parameters ${changes.map((c) => `"${parameterOf(c)}"`).join(' ')}`;
  return `${changes.map(([name, value]) => `ALTER SYSTEM SET ${name} = ${value};`).join(' ')} SELECT pg_reload_conf();`;
}
