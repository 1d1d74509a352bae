import type { Evidence } from '../../model/finding.ts';
import type { Look } from '../finding.ts';

/** What is gone when a Redis lost its data, by role, as Prefect documents its failure behaviour. */
const LOST: Readonly<Record<string, string>> = {
  cache:
    'nothing is lost for good; tokens and sessions are read from PostgreSQL again, so latency and its load rise, and users may have to sign in again',
  work: 'background tasks queued or under way are lost; the services that made them mostly queue them again, so scheduling and deletions catch up late',
  streams:
    'events not processed yet are lost, and automations that waited for them do not fire; new events flow normally',
};

/** What was lost, for each role the target has. */
export const lostBy = ({ target }: Look): readonly Evidence[] =>
  target.roles.flatMap((role) => (LOST[role] === undefined ? [] : [{ text: `role ${role}: ${LOST[role]}` }]));

/** Whether docket or streams live here: what they hold is work, and gone when it is evicted or flushed. */
export const holdsWork = ({ target }: Look): boolean =>
  target.roles.includes('work') || target.roles.includes('streams');

/** Prefect's services write some dozen keys of their own within the first minute. */
const NEARLY_EMPTY_KEYS = 50;
export const isNearlyEmpty = (keys: number): boolean => keys <= NEARLY_EMPTY_KEYS;

/** Flow runs, task runs and deployments live in PostgreSQL, whatever happens to Redis. */
export const GOES_ON =
  'No flow run, task run or deployment is lost: they live in PostgreSQL. The API goes on reading and writing there.';
