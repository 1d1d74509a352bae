import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { withSession } from '../../local/parts/postgres.ts';
import { violations } from '../model/seed-schema.ts';
import {
  ALL_HEALTHY,
  EVERY_TWO_SECONDS,
  LAG,
  PERPETUAL,
  SERVICES,
  statusesIn,
  WatchedServices,
} from './watched-services.ts';
import { findingIn, perpetualIn, readingTimeOf, serviceIn } from './watcher.ts';

let own: WatchedServices;

beforeAll(async () => {
  own = await WatchedServices.start();
});
afterAll(() => own?.close());

describe('the background services of a real Prefect', () => {
  it('are all healthy, as the settings of the server say they should be', async () => {
    const snapshot = await own.seen((s) => {
      expect(statusesIn(s)).toEqual(ALL_HEALTHY);
      return s;
    }, 90);
    expect(snapshot.docket).toMatchObject({ status: 'healthy', backend: 'redis' });
    expect(snapshot.docket.pending_tasks).toBeLessThan(20);
    expect(snapshot.services).not.toHaveProperty('unknown');
    const late = serviceIn(snapshot, EVERY_TWO_SECONDS);
    expect(late?.expected_interval_seconds).toBe(2);
    expect(Date.now() - Date.parse(late?.last_heartbeat ?? '')).toBeLessThan(30_000);
    expect(late?.details).toMatchObject({ workers: 1, running_seconds: expect.any(Number), source: 'redis' });
    expect(late?.details).toMatchObject({ late_runs_marked: 0, work_overdue_seconds: 0 });
    expect(serviceIn(snapshot, 'EventPersister')?.details.source).toBe('redis and database effects');
    expect(serviceIn(snapshot, 'schedule_deployments')?.expected_interval_seconds).toBe(10);
    expect(serviceIn(snapshot, 'evaluate_proactive_triggers_periodic')?.expected_interval_seconds).toBe(5);
    expect(JSON.stringify(snapshot)).not.toContain(own.sample.valkey.password);
    expect(snapshot.server.uptime_seconds).toBeGreaterThan(0);
    expect(violations(JSON.parse(JSON.stringify(snapshot)))).toEqual([]);
  });

  it('run on without any finding worse than information', async () => {
    let runs = 0;
    const worse = new Set<string>();
    await own.seen((snapshot) => {
      for (const f of snapshot.findings) if (f.severity !== 'info') worse.add(`${f.id}@${f.target}`);
      runs += Number(serviceIn(snapshot, EVERY_TWO_SECONDS)?.details.runs_since_last_probe ?? 0);
      expect(runs).toBeGreaterThanOrEqual(12);
    }, 60);
    expect([...worse]).toEqual([]);
  });

  it('are heard to end their runs, all of them, with how long each took', async () => {
    const snapshot = await own.seen((s) => {
      const heard = s.services.perpetual.filter((p) => p.last_duration_ms !== null).map((p) => p.name);
      expect(heard).toEqual(PERPETUAL);
      return s;
    }, 120);
    for (const { last_duration_ms, details, error } of snapshot.services.perpetual) {
      expect(last_duration_ms).toBeGreaterThan(0);
      expect(Date.parse(String(details.last_end_heard))).toBeLessThanOrEqual(
        Date.parse(snapshot.observed_at),
      );
      expect(error).toBeNull();
    }
  });

  it('are in error when their runs raise, with what they raise and after what time, however often they run', {
    timeout: 240_000,
  }, async () => {
    const { owner, name } = own.sample.prefect.database;
    await withSession(own.sample.postgres, owner, name, async (session) => {
      await session.query('BEGIN; LOCK TABLE flow_run IN ACCESS EXCLUSIVE MODE');
      const raising = await own.seen((s) => {
        expect(serviceIn(s, EVERY_TWO_SECONDS)).toMatchObject({
          status: 'error',
          error: expect.stringContaining('TimeoutError'),
        });
        return s;
      }, 120);
      // Prefect gives a statement ten seconds.
      expect(perpetualIn(raising, EVERY_TWO_SECONDS)?.last_duration_ms).toBeGreaterThan(9_000);
      expect(findingIn(raising, 'perpetual-raising')?.evidence.map((e) => e.text)).toContainEqual(
        expect.stringMatching(/^monitor_late_runs \(marks runs late\) raised after \d+ ms: TimeoutError/),
      );
      await session.query('ROLLBACK');
    });
    await own.seen((s) => {
      expect(statusesIn(s)).toEqual(ALL_HEALTHY);
      expect(s.findings.filter((f) => f.severity !== 'info')).toEqual([]);
    }, 120);
  });

  it('are found when they are frozen, although the worker of the API goes on', {
    timeout: 240_000,
  }, async () => {
    own.signal('SIGSTOP');
    try {
      const order: string[] = [];
      const snapshot = await own.seen((s) => {
        const status = serviceIn(s, EVERY_TWO_SECONDS)?.status ?? 'none';
        if (order.at(-1) !== status) order.push(status);
        expect(status).toBe('error');
        expect(findingIn(s, 'docket-no-live-worker')).toBeDefined();
        return s;
      }, 60);
      expect(order.join(' ')).toMatch(/^(healthy )?degraded error$/);
      expect(findingIn(snapshot, 'docket-no-live-worker')?.evidence.map((e) => e.text)).toEqual([
        expect.stringMatching(/^docket prefect: the newest heartbeat is \d+ s old$/),
      ]);
      expect(findingIn(snapshot, 'perpetual-stopped')?.evidence.map((e) => e.text)).toContainEqual(
        expect.stringMatching(/^monitor_late_runs \(marks runs late\) last began \d+ s ago/),
      );
      expect(findingIn(snapshot, 'perpetual-stopped')?.caused_by).toBe('docket-no-live-worker@redis/main');
      expect(snapshot.root_cause?.finding).toBe('docket-no-live-worker');

      await own.emit(2 * LAG);
      const behind = await own.seen((s) => {
        expect(findingIn(s, 'consumer-lagging')?.evidence.length).toBeGreaterThanOrEqual(3);
        return s;
      }, 30);
      expect(Number(serviceIn(behind, 'EventPersister')?.details.lag)).toBeGreaterThanOrEqual(2 * LAG);
      await own.seen((s) => {
        expect(findingIn(s, 'consumer-silent')?.severity).toBe('critical');
        expect(serviceIn(s, 'EventPersister')?.status).toBe('error');
        expect(serviceIn(s, 'Actions')?.status).toBe('healthy');
      }, 100);
    } finally {
      own.signal('SIGCONT');
    }
    await own.seen((s) => {
      expect(statusesIn(s)).toEqual(ALL_HEALTHY);
      // The sample's docket has a password, which the API shows: a hint, and no trouble.
      expect(s.findings.filter((f) => f.severity !== 'info')).toEqual([]);
    }, 60);
  });

  it('are found when they take messages, confirm them and write nothing', { timeout: 240_000 }, async () => {
    const { owner, name } = own.sample.prefect.database;
    await withSession(own.sample.postgres, owner, name, async (session) => {
      await session.query('BEGIN; LOCK TABLE events IN EXCLUSIVE MODE');
      const rowAge = (s: Snapshot) => Number(serviceIn(s, 'EventPersister')?.details.newest_row_seconds);
      await own.seen((s) => expect(rowAge(s)).toBeGreaterThan(10), 60);
      await own.emit(1);
      const persister = await own.seen((s) => {
        expect(findingIn(s, 'events-not-recorded')?.severity).toBe('critical');
        expect(serviceIn(s, 'EventPersister')?.status).toBe('error');
        return serviceIn(s, 'EventPersister');
      }, 150);
      expect(persister?.details.lag).toBe(0);
      expect(Number(persister?.details.idle_seconds)).toBeLessThan(10);
      await session.query('ROLLBACK');
    });
    await own.emit(1);
    await own.seen((s) => {
      expect(serviceIn(s, 'EventPersister')?.status).toBe('healthy');
      expect(findingIn(s, 'events-not-recorded')).toBeUndefined();
    }, 60);
  });

  it('give up a message that none of them can read, which is told when it becomes a dead letter', async () => {
    await own.redis.xadd('events', '*', 'data', '{"poisoned": true}', 'attributes', '{}');
    const snapshot = await own.seen((s) => {
      expect(findingIn(s, 'dead-letters-growing')).toBeDefined();
      return s;
    }, 60);
    expect(findingIn(snapshot, 'dead-letters-growing')?.evidence[0]?.text).toMatch(
      /^\d dead letters, .* a minute$/,
    );
    expect(Number(serviceIn(snapshot, 'EventPersister')?.details.dead_letters)).toBeGreaterThan(0);
    await own.seen((s) => expect(s.findings.filter((f) => f.severity !== 'info')).toEqual([]), 30);
  });

  it('are missing from a Redis that lost its data, until docket puts them back', async () => {
    await own.redis.flushall();
    const emptied = await own.watcher.look();
    expect(findingIn(emptied, 'redis-flushed')?.severity).toBe('critical');
    expect(findingIn(emptied, 'redis-flushed')?.evidence.map((e) => e.text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('role work: '),
        expect.stringContaining('role streams: '),
      ]),
    );
    expect(findingIn(emptied, 'perpetual-missing')?.evidence.length).toBeGreaterThan(0);
    expect(statusesIn(emptied)).toMatchObject({ schedule_event_vacuum_tasks: 'error' });
    await own.seen((s) => {
      expect(findingIn(s, 'perpetual-missing')).toBeUndefined();
      expect(s.services.perpetual.map((p) => p.status)).toEqual(PERPETUAL.map(() => 'healthy'));
    }, 100);
  });

  it('are found when their process is killed: each degraded past two of its intervals, in error past five', {
    timeout: 240_000,
  }, async () => {
    own.signal('SIGKILL');
    /** In how many intervals after its last start each service was first seen in each status. */
    const judged = new Map<string, Map<string, number>>(PERPETUAL.map((name) => [name, new Map()]));
    const snapshot = await own.seen((s) => {
      for (const { name, status, last_heartbeat, expected_interval_seconds } of s.services.perpetual) {
        const readAt = Date.parse(readingTimeOf(s, 'redis.perpetual.last_start_age_seconds'));
        const age = (readAt - Date.parse(last_heartbeat ?? '')) / 1000;
        const first = judged.get(name);
        if (first !== undefined && !first.has(status))
          first.set(status, age / Number(expected_interval_seconds));
      }
      expect(s.services.perpetual.map((p) => p.status)).toEqual(PERPETUAL.map(() => 'error'));
      expect(findingIn(s, 'docket-no-live-worker')).toBeDefined();
      return s;
    }, 120);
    for (const [name, first] of judged) {
      expect([...first.keys()].slice(-2), name).toEqual(['degraded', 'error']);
      expect(first.get('degraded'), name).toBeGreaterThan(2);
      expect(first.get('degraded'), name).toBeLessThanOrEqual(5);
      expect(first.get('error'), name).toBeGreaterThan(5);
    }
    expect(snapshot.docket.status).toBe('error');
    expect(serviceIn(snapshot, EVERY_TWO_SECONDS)?.details.runs_since_last_probe).toBe(0);
    expect(Number(serviceIn(snapshot, EVERY_TWO_SECONDS)?.details.overdue_seconds)).toBeGreaterThan(8);
  });

  it('are told apart: of one consumer that stands still the lag is found, of the others none', async () => {
    await own.sample.prefect.startServices({ [`${SERVICES}_TASK_RUN_RECORDER_ENABLED`]: 'false' });
    await own.emit(2 * LAG);
    await own.seen((s) => {
      expect(Number(serviceIn(s, 'TaskRunRecorder')?.details.lag)).toBeGreaterThanOrEqual(2 * LAG);
      expect(serviceIn(s, 'EventPersister')).toMatchObject({ status: 'healthy', details: { lag: 0 } });
      expect(findingIn(s, 'consumer-lagging')?.evidence.map((e) => e.text)).toEqual([
        expect.stringContaining('TaskRunRecorder'),
      ]);
    }, 60);
  });
});
