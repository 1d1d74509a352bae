import { describe, expect, it } from 'vitest';
import { allHealthy, healthy, installation, Monitor, report } from './builders.ts';

const statusesIn = ({ snapshot }: ReturnType<Monitor['look']>) => ({
  overall: snapshot.status,
  monitor: snapshot.monitor.status,
  ...Object.fromEntries(snapshot.monitor.targets.map((t) => [t.target, t.status])),
});

describe('the statuses', () => {
  it('are healthy when every target is, though nobody measures Kubernetes, docket or the logs', () => {
    expect(statusesIn(new Monitor().look(0, ...allHealthy(0)))).toEqual({
      overall: 'healthy',
      monitor: 'healthy',
      'postgres/orion': 'healthy',
      'redis/streams': 'healthy',
      'prefect/server': 'healthy',
    });
  });

  it('of a target are the worst of its own findings, and overall the worst of all', () => {
    const monitor = new Monitor();
    const { overall, ...rest } = statusesIn(
      monitor.look(
        0,
        ...allHealthy(
          0,
          healthy('redis/streams', { 'redis.memory.used_percent': 80 }),
          healthy('postgres/orion', {
            'postgres.connections.used_percent': 85,
            'postgres.blocked.longest_wait_seconds': 60,
          }),
        ),
      ),
    );
    expect(overall).toBe('error');
    expect(rest).toMatchObject({
      'postgres/orion': 'error',
      'redis/streams': 'warning',
      'prefect/server': 'healthy',
    });
  });

  it('are unknown before the first report, and then for the grace of a probe that fails', () => {
    const monitor = new Monitor(installation({ redis: [], prefect: [] }));
    expect(monitor.look(0).snapshot.status).toBe('unknown');
    const failing = (seconds: number) => report('postgres/orion', { 'postgres.up': 'tls' }, { at: seconds });
    expect(statusesIn(monitor.look(1, failing(1)))).toEqual({
      overall: 'unknown',
      monitor: 'unknown',
      'postgres/orion': 'unknown',
    });
    expect(statusesIn(monitor.look(61, failing(61)))).toEqual({
      overall: 'warning',
      monitor: 'warning',
      'postgres/orion': 'unknown',
    });
  });

  it('never show the last colour of a target that went silent, but keep what stood in the whole', () => {
    const monitor = new Monitor(installation({ redis: [], prefect: [] }));
    monitor.look(0, healthy('postgres/orion', { 'postgres.up': 0 }));
    expect(statusesIn(monitor.look(121))).toEqual({
      overall: 'error',
      monitor: 'warning',
      'postgres/orion': 'unknown',
    });
  });

  it('of a target do not suffer from what is wrong with its probe while its reports are fresh', () => {
    const impatient = installation({
      redis: [],
      prefect: [],
      findings: { 'probe-silent': { warning: 1 } },
    });
    const monitor = new Monitor(impatient);
    monitor.look(0, healthy('postgres/orion'));
    expect(statusesIn(monitor.look(90))).toEqual({
      overall: 'warning',
      monitor: 'warning',
      'postgres/orion': 'healthy',
    });
  });

  it('are unknown where nothing is watched', () => {
    const nothing = new Monitor(installation({ postgres: [], redis: [], prefect: [] }));
    expect(nothing.look(0).snapshot.status).toBe('unknown');
  });
});
