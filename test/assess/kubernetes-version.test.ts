import { describe, expect, it } from 'vitest';
import { installation, Monitor, report } from './builders.ts';

const ACCESS = { from: 'kubeconfig', file: 'cluster.yaml' } as const;

/** What is found of a cluster that says it is of this version. */
function found(version: string) {
  const monitor = new Monitor(installation({ kubernetes: [{ access: ACCESS }] }));
  const cluster = report(
    'kubernetes/cluster',
    { 'kubernetes.up': 1, 'kubernetes.api_ms': 4 },
    { facts: { version } },
  );
  return monitor.look(0, cluster).snapshot.findings.find((f) => f.id === 'kubernetes-below-minimum-version');
}

describe('kubernetes-below-minimum-version', () => {
  it.each([
    ['1.28.15-eks-7f9249a', 'info'],
    ['1.29.0', undefined],
    ['1.30.1', undefined],
    ['1.9.3', 'info'],
    ['2.0.0', undefined],
    ['of its own', undefined],
  ])('of %s is %s', (version, severity) => {
    expect(found(version)?.severity).toBe(severity);
  });

  it('says both versions', () => {
    expect(found('1.27.3')?.evidence[0]?.text).toBe('the cluster runs 1.27; the minimum is 1.29');
  });
});
