import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { but, factsOf, SETTINGS } from './background-services.ts';
import { ALONE, look, owing } from './database-effects.ts';

const found = (snapshot: Snapshot, id: string) => snapshot.findings.find((f) => f.id === id);

const CLEAN_UP = 'postgres.clean_up.overdue_seconds';
const RECORDING = 'postgres.recording.overdue_seconds';
const LATE = 'postgres.flow_runs.late_unmarked_oldest_seconds';

describe('the finding of work left undone', () => {
  const PAUSES = 'monitor_expired_pauses';

  it.each([
    [9.9, undefined],
    [10, 'warning'],
    [24.9, 'warning'],
    [25, 'critical'],
  ])('of a service of five seconds that owes %d s is %s', (seconds, severity) => {
    const finding = found(look(owing(CLEAN_UP, PAUSES, seconds)), 'background-work-undone');
    expect(finding?.severity).toBe(severity);
  });

  it('names the service and what no longer happens', () => {
    const finding = found(look(owing(CLEAN_UP, PAUSES, 90)), 'background-work-undone');
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      'monitor_expired_pauses (fails paused runs whose time is up) has work waiting for 90 s, every 5 s is due',
    ]);
  });

  it('is left to the findings of the Redis that shows the service', () => {
    const now = owing(CLEAN_UP, PAUSES, 90);
    expect(found(look(now, factsOf(), {}), 'background-work-undone')).toBeUndefined();
    const hidden = but('redis.perpetual.last_start_age_seconds', PAUSES, 'missing');
    const unseen = { ...hidden, ...but('redis.perpetual.next_due_seconds', PAUSES, 'missing') };
    expect(found(look(now, ALONE, unseen), 'background-work-undone')).toBeDefined();
  });

  it('is left to findings of their own where these tell it', () => {
    const now = { [LATE]: 900, 'postgres.flow_runs.late_unmarked': 4 };
    const snapshot = look(now);
    expect(found(snapshot, 'background-work-undone')).toBeUndefined();
    expect(found(snapshot, 'late-runs-unmarked')?.severity).toBe('critical');
  });

  it('does not blame a service that is switched off', () => {
    const off = factsOf({
      ...SETTINGS,
      perpetual: { ...SETTINGS.perpetual, [PAUSES]: { enabled: false, interval_seconds: 5 } },
    });
    expect(found(look(owing(CLEAN_UP, PAUSES, 90), off), 'background-work-undone')).toBeUndefined();
  });
});

describe('the finding of events that are not written', () => {
  it.each([
    [59, undefined],
    [60, 'critical'],
  ])('missing for %d s is %s', (seconds, severity) => {
    const snapshot = look(owing(RECORDING, 'TaskRunRecorder', seconds));
    expect(found(snapshot, 'events-not-recorded')?.severity).toBe(severity);
  });

  it('holds of messages that were handed out and left no row', () => {
    const now = owing('postgres.recording.newest_age_seconds', 'EventPersister', 600);
    const redis = but('redis.consumer.newest_given_seconds', 'event-persister', 120);
    const finding = found(look(now, factsOf(), redis), 'events-not-recorded');
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      'EventPersister (writes events to PostgreSQL): something is missing for 2 min, its newest row is 10 min old',
    ]);
  });

  it('is left to the finding of a consumer that is silent', () => {
    const now = owing(RECORDING, 'EventPersister', 90);
    const redis = {
      ...but('redis.consumer.idle_seconds', 'event-persister', 90),
      ...but('redis.consumer.lag', 'event-persister', 5),
    };
    const snapshot = look(now, factsOf(), redis);
    expect(found(snapshot, 'consumer-silent')).toBeDefined();
    expect(found(snapshot, 'events-not-recorded')).toBeUndefined();
  });
});
