import type { InstallationConfig } from '../config/schema.ts';

/** Whether people asked not to be told anything now. A window ends just before its `to`. */
export function inMaintenance(windows: InstallationConfig['maintenance'], now: Date): boolean {
  const at = now.getTime();
  return windows.some((w) => Date.parse(w.from) <= at && at < Date.parse(w.to));
}
