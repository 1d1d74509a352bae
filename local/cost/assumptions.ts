import type { TargetKind } from '../../lib/model/report.ts';

/**
 * What the template does not say. `npm run cost -- --json` prints them with the bill, so that nobody has to believe
 * them: the duration of each function stands in CloudWatch after a day (AWS/Lambda Duration), the table's use in
 * AWS/DynamoDB ConsumedWriteCapacityUnits.
 */
export const HOURS_A_MONTH = 730;
export const MINUTES_A_MONTH = HOURS_A_MONTH * 60;

export const ASSUMED = {
  /** Billed seconds of a run, by the function's name without the stack's; several times those measured on two cores. */
  seconds: {
    'probe-postgres': 0.6,
    'probe-redis': 0.5,
    'probe-prefect': 0.6,
    'probe-service': 0.4,
    'probe-network': 0.4,
    'probe-kubernetes': 0.8,
    'probe-logs': 0.8,
    assess: 0.5,
    notify: 0.5,
    api: 0.1,
  },
  /** Of the schedule's own run of assess, which mostly sees that the stream was faster. */
  secondsOfIdleAssess: 0.05,
  /** The probes begin together, and the reports of twenty seconds are assessed at once; sometimes one comes later. */
  assessmentsAMinute: 1.2,
  /** KB of a target's report, as recorded of a real installation, compressed. */
  kilobytesOfReport: {
    postgres: 2.8,
    redis: 2.1,
    prefect: 0.9,
    service: 1,
    network: 1,
    kubernetes: 3.8,
    logs: 1.9,
    'postgres-log': 0.5,
  } satisfies Readonly<Record<TargetKind, number>>,
  /** KB for each target of the documents of an assessment, as recorded of seven targets. */
  kilobytesOfTarget: { state: 0.7, snapshot: 2.2, history: 0.8 },
  /** Of the time with a finding above information: CloudWatch is then asked more often. An hour and more every day. */
  troubledShare: 0.05,
  /** A page that stays open in working hours, and a scraper. */
  apiRequests: 50_000,
  alertsToEachAddress: 100,
  /** What a run leaves in its log: one line of its own, Lambda's own below warnings left out. */
  logBytesOfRun: 500,
  /** A function keeps a secret in memory for five minutes. */
  secretReads: 12 * HOURS_A_MONTH,
  /** Subnets, and so zones, an interface endpoint stands in where they are looked up. */
  zones: 2,
  /** How many values a label has where all metrics are published. */
  valuesOfLabel: 6,
} as const;
