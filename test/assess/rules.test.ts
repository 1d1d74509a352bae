import { describe, expect, it } from 'vitest';
import { observe } from '../../lib/assess/observation.ts';
import { judge, type Rule, rulesFor, standing } from '../../lib/assess/rules.ts';
import { watch } from '../../lib/assess/staleness.ts';
import type { FindingDefinition } from '../../lib/catalogue/finding.ts';
import { redisMemoryHigh } from '../../lib/catalogue/findings/redis-memory-high.ts';
import type { Report } from '../../lib/model/report.ts';
import { at, findingKeys, first, healthy, installation, Monitor, report, targetNamed } from './builders.ts';

const observed = (one: Report, ...others: readonly Report[]) => {
  const target = targetNamed(one.target);
  return observe(watch(target, [one, ...others], one.startedAt, one.startedAt), () => [], [], one.startedAt);
};

const ruleOf = (definition: Partial<FindingDefinition>): Rule => ({
  definition: { ...redisMemoryHigh, ...definition },
  thresholds: {},
  pendingSeconds: 50,
  recoverySeconds: 50,
});

const memory = (percent: number, seconds: number) =>
  healthy('redis/streams', { 'redis.memory.used_percent': percent }, { at: seconds });
const onlyRedis = (input: Parameters<typeof installation>[0] = {}) =>
  new Monitor(installation({ postgres: [], prefect: [], ...input }));

describe('a rule that cannot be judged', () => {
  const unevaluatedIn = (values: Parameters<typeof report>[1]) =>
    onlyRedis()
      .look(0, report('redis/streams', values))
      .snapshot.monitor.unevaluated.filter((u) => u.finding === 'redis-memory-high');

  it('yields no finding and says which signals it lacks, and why', () => {
    const unevaluated = unevaluatedIn({
      'redis.up': 1,
      'redis.memory.used_percent': 'permission',
      'redis.memory.limit_bytes': 'permission',
    });
    const who = { finding: 'redis-memory-high', target: 'redis/streams' };
    expect(unevaluated).toEqual([
      {
        ...who,
        signals: ['redis.memory.used_percent', 'redis.memory.limit_bytes'],
        reason: 'permission',
      },
      { ...who, signals: ['redis.memory.used_bytes'], reason: 'not-collected' },
    ]);
  });

  it('says that the data is stale when it is', () => {
    const monitor = onlyRedis();
    monitor.look(0, healthy('redis/streams'));
    const { unevaluated } = monitor.look(121).snapshot.monitor;
    const reasons = new Map(unevaluated.map((u) => [u.finding, u.reason]));
    for (const finding of ['redis-down', 'redis-memory-high', 'probe-failing']) {
      expect(reasons.get(finding)).toBe('stale');
    }
  });

  it('is not listed when everything it needs is known', () => {
    const { unevaluated } = onlyRedis().look(0, healthy('redis/streams')).snapshot.monitor;
    expect(unevaluated.map((u) => u.finding)).not.toContain('redis-memory-high');
  });

  it('is judged by a labelled signal as soon as one of its readings is known', () => {
    const counts = { 'prefect.flow_run.count': { RUNNING: 'timeout', FAILED: 2 } } as const;
    const rule = ruleOf({
      needs: ['prefect.flow_run.count'],
      judge: (look) => ({
        severity: 'info',
        evidence: look
          .all('prefect.flow_run.count')
          .map((r) => ({ text: `${r.labels?.state}`, value: r.value })),
      }),
    });
    const outcome = judge(rule, observed(report('prefect/server', counts)), null);
    expect(standing(outcome)?.evidence).toEqual([
      { text: 'RUNNING', value: null },
      { text: 'FAILED', value: 2 },
    ]);
  });
});

describe('a finding that rests on reports of two tiers', () => {
  it('was observed when the newer of them was', () => {
    const rule = ruleOf({
      needs: ['prefect.up', 'prefect.flow_run.count'],
      judge: () => ({ severity: 'info', evidence: [] }),
    });
    const outcome = judge(
      rule,
      observed(
        report('prefect/server', { 'prefect.up': 1 }, { at: 60 }),
        report(
          'prefect/server',
          { 'prefect.flow_run.count': { FAILED: 1 } },
          { at: 0, tier: 'quarter-hour' },
        ),
      ),
      null,
    );
    expect(standing(outcome)?.observed_at).toBe(at(60));
  });
});

describe('a rule that fails', () => {
  const failing = ruleOf({
    needs: ['redis.up'],
    judge: () => {
      throw new Error('password=hunter2');
    },
  });

  it('counts as not judged, without a word of what it threw', () => {
    const outcome = judge(failing, observed(healthy('redis/streams')), null);
    expect(outcome).toMatchObject({ result: 'unjudged', unevaluated: [{ reason: 'failed', signals: [] }] });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it.each([
    ['that nobody read', 'redis.nonsense'],
    ['that is unknown', 'redis.clients.limit'],
    ['that has several readings', 'redis.several'],
  ])('is one that wants the value of a signal %s', (_, signal) => {
    const rule = ruleOf({
      needs: ['redis.up'],
      judge: (look) => ({ severity: 'info', evidence: [{ text: `${look.value(signal)}` }] }),
    });
    const one = healthy('redis/streams', {
      'redis.clients.limit': 'missing',
      'redis.several': { a: 1, b: 2 },
    });
    expect(judge(rule, observed(one), null).result).toBe('unjudged');
  });

  it('leaves the finding standing that held before', () => {
    const last = first(onlyRedis().look(0, memory(80, 0)).snapshot.findings);
    const outcome = judge(failing, observed(healthy('redis/streams', {}, { at: 60 })), last);
    expect(standing(outcome)?.evidence.at(-1)?.text).toBe(
      `not judged again since ${at(0)}: the rule itself failed`,
    );
  });
});

describe('a finding that held and cannot be judged again', () => {
  const blind = (seconds: number) =>
    healthy('redis/streams', { 'redis.memory.used_percent': 'timeout' }, { at: seconds });

  it('stands with what was last seen, and says so once', () => {
    const monitor = onlyRedis();
    monitor.look(0, memory(80, 0));
    monitor.look(60, blind(60));
    const [finding] = monitor.look(120, blind(120)).snapshot.findings;
    expect(finding).toMatchObject({ id: 'redis-memory-high', since: at(0), observed_at: at(0) });
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      '10 of 100 MiB in use (80.0 %)',
      `not judged again since ${at(0)}: redis.memory.used_percent unknown (timeout)`,
    ]);
  });

  it('goes on as one stretch when it is seen to hold again', () => {
    const monitor = onlyRedis();
    monitor.look(0, memory(80, 0));
    monitor.look(60, blind(60));
    const [finding] = monitor.look(120, memory(70, 120)).snapshot.findings;
    expect(finding).toMatchObject({ since: at(0), observed_at: at(120), severity: 'warning' });
    expect(finding?.evidence).toHaveLength(1);
  });

  it('is gone when it is seen not to hold', () => {
    const monitor = onlyRedis();
    monitor.look(0, memory(80, 0));
    monitor.look(60, blind(60));
    expect(findingKeys(monitor.look(120, memory(60, 120)))).toEqual([]);
  });
});

describe('hysteresis', () => {
  it('follows a value up and down through the assessments', () => {
    const monitor = onlyRedis();
    const walk = [60, 74, 76, 66, 91, 81, 79, 66, 64, 74];
    const severities = walk.map(
      (percent, i) => monitor.look(60 * i, memory(percent, 60 * i)).snapshot.findings[0]?.severity,
    );
    expect(severities).toEqual([
      undefined,
      undefined,
      'warning',
      'warning',
      'critical',
      'critical',
      'warning',
      'warning',
      undefined,
      undefined,
    ]);
  });

  it('keeps `since` through a change of severity and starts it anew after a break', () => {
    const monitor = onlyRedis();
    const since = (percent: number, seconds: number) =>
      monitor.look(seconds, memory(percent, seconds)).snapshot.findings[0]?.since;
    expect(since(80, 0)).toBe(at(0));
    expect(since(95, 60)).toBe(at(0));
    expect(since(50, 120)).toBeUndefined();
    expect(since(80, 180)).toBe(at(180));
  });
});

describe('the installation’s overrides', () => {
  it('leave a disabled finding out, of all targets or of one', () => {
    const everywhere = installation({ findings: { 'redis-memory-high': { enabled: false } } });
    const idsIn = (of: typeof everywhere) =>
      rulesFor(of, targetNamed('redis/streams', of)).map((r) => r.definition.id);
    expect(idsIn(everywhere)).toEqual(idsIn(installation()).filter((id) => id !== 'redis-memory-high'));
    expect(idsIn(everywhere)).toContain('redis-down');
  });

  it('move a threshold with its hysteresis', () => {
    const monitor = onlyRedis({ findings: { 'redis-memory-high': { warning: 50 } } });
    const severity = (percent: number, seconds: number) =>
      monitor.look(seconds, memory(percent, seconds)).snapshot.findings[0]?.severity;
    expect(severity(49, 0)).toBeUndefined();
    expect(severity(50, 60)).toBe('warning');
    expect(severity(40, 120)).toBe('warning');
    expect(severity(39, 180)).toBeUndefined();
  });

  it('show the moved threshold in the evidence', () => {
    const monitor = onlyRedis({ findings: { 'redis-memory-high': { critical: 60 } } });
    expect(monitor.look(0, memory(61, 0)).snapshot.findings[0]?.evidence[0]?.threshold).toBe(60);
  });

  it('set how long a finding is pending and recovering', () => {
    const override = { pendingSeconds: 0, recoverySeconds: 300 };
    const config = installation({ findings: { 'redis-down': override } });
    const rule = rulesFor(config, targetNamed('redis/streams', config)).find(
      (r) => r.definition.id === 'redis-down',
    );
    expect(rule).toMatchObject(override);
  });
});
