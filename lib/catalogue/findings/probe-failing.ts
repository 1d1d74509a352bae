import { TARGET_KINDS } from '../../model/report.ts';
import type { UnknownReason } from '../../model/unknown.ts';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

const ADVICE: Readonly<Partial<Record<UnknownReason, string>>> = {
  auth: 'The user name, the password or the token is not accepted: compare the target in vitals.config.ts with the role it was given.',
  dns: 'The name does not resolve inside the VPC: check the host in vitals.config.ts and the DNS settings of the VPC.',
  tls: 'The certificate is not trusted or is for another name, or one side does not speak TLS: check `tls` of the target.',
  protocol: 'Something else answers on this port: check host and port of the target.',
  saturated:
    "The role's own connections are used up: see who else logs in as it, end sessions left behind, or raise its CONNECTION LIMIT with the script of `npm run grants`.",
  permission: 'The role may log in but not read: give it pg_monitor, or the ACL in the documentation.',
};

export const probeFailing: FindingDefinition = {
  ...MINUTELY,
  id: 'probe-failing',
  kinds: TARGET_KINDS,
  component: 'monitor',
  title: 'A probe runs but cannot look at its target',
  needs: ['monitor.report.unreadable'],
  meaning:
    'The target may be well: the probe could not log in, could not trust it, or did not understand its answer.',
  impact: 'The state of the target is unknown: whatever happens to it now is not seen.',
  remedy: [
    {
      text: 'Try the same from a terminal inside the VPC.',
      command: 'npm run check -- --config vitals.config.ts',
    },
  ],
  causes: [],
  source: ['Prefect Vitals: the monitor itself'],
  judge: (look) => {
    if (look.value('monitor.report.unreadable') === 0) return null;
    const reason = look.all('monitor.report.unreadable')[0]?.labels?.reason ?? 'failed';
    const advice = ADVICE[reason as UnknownReason];
    return {
      severity: 'warning',
      evidence: [
        {
          text: `${look.target.id} could not be looked at: ${reason}`,
          signal: 'monitor.report.unreadable',
          value: 1,
        },
      ],
      remedy: [...(advice === undefined ? [] : [{ text: advice }]), ...probeFailing.remedy],
    };
  },
};
