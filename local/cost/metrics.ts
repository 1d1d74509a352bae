import { isPublished } from '../../lib/catalogue/published.ts';
import type { Signal } from '../../lib/catalogue/signal.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import type { Config, InstallationConfig } from '../../lib/config/schema.ts';
import { type Target, targetsOf } from '../../lib/config/targets.ts';
import { ASSUMED } from './assumptions.ts';

const plays = (target: Target, role: string): boolean =>
  'roles' in target && (target.roles as readonly string[]).includes(role);

/** Prefect's own tables lie in one database, its dockets and streams in one Redis: elsewhere they are not measured. */
function isThere({ id }: Signal, target: Target): boolean {
  if (id.startsWith('postgres.flow_run')) return plays(target, 'orion');
  if (id.startsWith('redis.docket')) return plays(target, 'work');
  if (id.startsWith('redis.consumer')) return plays(target, 'streams');
  return true;
}

function valuesOf(signal: Signal, target: Target, extent: InstallationConfig['metrics']): number {
  if (signal.label === undefined) return 1;
  if (extent === 'essential' && signal.essential?.labels !== undefined) return signal.essential.labels.length;
  if (signal.label === 'docket' && target.kind === 'redis') return target.docketNames.length;
  return ASSUMED.valuesOfLabel;
}

function metricsOfTarget(target: Target, extent: InstallationConfig['metrics']): number {
  const counts = SIGNALS.filter((s) => s.kind === target.kind && isThere(s, target)).map((signal) => {
    const [value] = signal.essential?.labels ?? [''];
    const labels = signal.label === undefined || value === undefined ? undefined : { [signal.label]: value };
    return isPublished(signal, labels, target, extent) ? valuesOf(signal, target, extent) : 0;
  });
  return counts.reduce((sum, n) => sum + n, 0);
}

/** A status for each kind of target; in full also two for each target and two for the installation. */
function statusesOf(targets: readonly Target[], extent: InstallationConfig['metrics']): number {
  const components = new Set(targets.map((t) => t.kind)).size;
  return extent === 'essential' ? components : components + 2 * targets.length + 2;
}

/** How many custom metrics a configuration keeps in CloudWatch. */
export const customMetrics = (config: Config): number =>
  config.installations
    .map((installation) => {
      const targets = targetsOf(installation);
      const ofTargets = targets.map((t) => metricsOfTarget(t, installation.metrics));
      return ofTargets.reduce((sum, n) => sum + n, statusesOf(targets, installation.metrics));
    })
    .reduce((sum, n) => sum + n, 0);
