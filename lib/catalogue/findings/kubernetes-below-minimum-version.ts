import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const MAJOR = 1;
const MINIMUM_MINOR = 29;

/** Major and minor of a version as the API server gives it, such as 1.31.2-eks-7f9249a; null when it is none. */
function versionIn(fact: unknown): readonly [major: number, minor: number] | null {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})\b/.exec(typeof fact === 'string' ? fact : '') ?? [];
  return major === undefined ? null : [Number(major), Number(minor)];
}

export const kubernetesBelowMinimumVersion: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'kubernetes-below-minimum-version',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'Kubernetes is older than Prefect asks for',
  needs: ['kubernetes.api_ms'],
  meaning: `Customer-Managed Prefect asks for Kubernetes ${MAJOR}.${MINIMUM_MINOR}.`,
  impact:
    'Nobody tests its charts on this version, which gets no security fixes any more; Amazon charges more for it, then upgrades it by itself.',
  remedy: [
    { text: 'Plan the upgrade, one minor version after the other.', command: 'kubectl version' },
    {
      text: 'On EKS, the control plane first and the node groups after it.',
      command: 'aws eks update-cluster-version --name <cluster> --kubernetes-version <next minor version>',
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Minimum infrastructure requirements'],
  judge: ({ facts }) => {
    const version = versionIn(facts.version);
    if (version === null) return null;
    const [major, minor] = version;
    if (major > MAJOR || (major === MAJOR && minor >= MINIMUM_MINOR)) return null;
    return {
      severity: 'info',
      evidence: [{ text: `the cluster runs ${major}.${minor}; the minimum is ${MAJOR}.${MINIMUM_MINOR}` }],
    };
  },
};
