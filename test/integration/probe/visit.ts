import * as v from 'valibot';
import type { Target } from '../../../lib/config/targets.ts';
import { type Report, ReportSchema, type Tier } from '../../../lib/model/report.ts';
import { probeTarget } from '../../../lib/probe/index.ts';

/** Probes a target as a schedule would, and checks the report as the table would. */
export async function visit(target: Target, tier: Tier = 'minute'): Promise<Report> {
  const now = () => new Date();
  return v.parse(
    ReportSchema,
    await probeTarget(target, { installation: 'test', tier, intervalSeconds: 60, now }),
  );
}

/** What a report says of a signal: its value, or why there is none. */
export function said(report: Report, signal: string, label?: string): number | string | undefined {
  const reading = report.readings.find(
    (r) => r.signal === signal && (label === undefined || Object.values(r.labels ?? {}).includes(label)),
  );
  return reading?.value ?? reading?.unknown?.reason;
}
