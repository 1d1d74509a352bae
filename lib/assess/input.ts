import type { InstallationConfig } from '../config/schema.ts';
import type { AssessState, VendedReadings } from '../model/assessment.ts';
import type { Report } from '../model/report.ts';

/** Everything an assessment may know. */
export interface AssessInput {
  readonly installation: InstallationConfig;
  /** The newest report of every target and tier. */
  readonly reports: readonly Report[];
  /** What CloudWatch knows of the targets; null where it is not asked. */
  readonly vended: VendedReadings | null;
  readonly previous: AssessState | null;
  readonly now: Date;
  /** Of Prefect Vitals itself. */
  readonly version: string;
}
