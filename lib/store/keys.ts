import type { Tier } from '../model/report.ts';

/** Sort-key prefixes. The streams of assess and notify are filtered by the first two. */
export const REPORT_PREFIX = 'REPORT#';
const INCIDENT_PREFIX = 'INCIDENT#';
const HISTORY_PREFIX = 'HISTORY#';
export const SNAPSHOT_KEY = 'SNAPSHOT';
export const STATE_KEY = 'STATE';

const INSTALLATION_PREFIX = 'INSTALLATION#';

export const partitionOf = (installation: string): string => `${INSTALLATION_PREFIX}${installation}`;
export const installationOf = (pk: string): string => pk.slice(INSTALLATION_PREFIX.length);

export const reportKey = (target: string, tier: Tier): string => `${REPORT_PREFIX}${target}#${tier}`;
export const incidentKey = (id: string): string => `${INCIDENT_PREFIX}${id}`;
export const deliveryKey = (incidentId: string, channel: string): string =>
  `DELIVERY#${channel}#${incidentId}`;
/** One a minute; a second assessment in the same minute replaces it. */
export const historyKey = (at: string): string => `${HISTORY_PREFIX}${at.slice(0, 16)}`;

/** DynamoDB's time to live: whole seconds since the epoch. */
export const expiresAt = (now: Date, afterSeconds: number): number =>
  Math.ceil(now.getTime() / 1000) + afterSeconds;
