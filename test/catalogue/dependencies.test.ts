import { describe, expect, it } from 'vitest';
import { type Place, reaches } from '../../lib/catalogue/dependencies.ts';

const place = (target: string, component: string, ...roles: readonly string[]): Place => ({
  target,
  kind: target.split('/')[0] as Place['kind'],
  roles,
  component,
});
const ORION = place('postgres/orion', 'database', 'orion');
const EVENTS = place('postgres/events', 'database', 'events');
const NEBULA = place('postgres/nebula', 'database', 'nebula');
const CACHE = place('redis/cache', 'redis', 'cache');
const WORK = place('redis/work', 'redis', 'work');
const STREAMS = place('redis/streams', 'redis', 'streams');
const API = place('prefect/server', 'server');
const docket = { ...WORK, component: 'docket' };
const consumers = { ...STREAMS, component: 'services' };

describe('trouble', () => {
  it.each([
    ['in orion shows in the API', ORION, API, true],
    ['in orion shows in docket', ORION, docket, true],
    ['in orion shows in the consumers', ORION, consumers, true],
    ['in the events database shows in the consumers', EVENTS, consumers, true],
    ['in the events database does not show in docket', EVENTS, docket, false],
    ['in nebula shows in the API, by way of auth', NEBULA, API, true],
    ['in nebula does not show in docket', NEBULA, docket, false],
    ['of one database does not show in another', ORION, EVENTS, false],
    ['of one Redis does not show in another', CACHE, WORK, false],
    ['of docket shows where the same services consume', docket, consumers, true],
    ['of the cache shows in the API', CACHE, API, true],
    ['of the cache does not show in docket', CACHE, docket, false],
    ['of the work Redis shows in docket', WORK, docket, true],
    ['of the streams shows in the consumers', STREAMS, consumers, true],
  ])('%s', (_, cause, effect, expected) => {
    expect(reaches(cause, effect)).toBe(expected);
  });

  it('of one place always shows there', () => {
    expect(reaches(ORION, { ...ORION, component: 'events-table' })).toBe(true);
  });
});
