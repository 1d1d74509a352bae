import type { Evidence } from '../../model/finding.ts';
import type { Progress } from '../prefect/progress.ts';
import { spoken } from './background-services.ts';

/** That a service is late, by how much, and what does not happen meanwhile. */
export function lateEvidence(
  { service, intervals, lastStartAgeSeconds, intervalSeconds, workers }: Progress,
  threshold: number | undefined,
): Evidence {
  const nobody = workers === 0 ? '; no live worker knows how to run it' : '';
  return {
    text: `${service.name} (${service.does}) last began ${spoken(lastStartAgeSeconds ?? 0)} ago, every ${intervalSeconds} s is due${nobody}`,
    signal: 'redis.perpetual.last_start_age_seconds',
    value: intervals,
    ...(threshold !== undefined && { threshold }),
  };
}
