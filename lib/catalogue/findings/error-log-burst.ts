import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { loudestIn } from './log-rates.ts';
import { unreadEvidence } from './log-signatures.ts';

const MORE_WORDS = {
  text: 'If they do not say enough, have the service say more while you look.',
  command:
    'kubectl set env -n <namespace> deployment/<service> PREFECT_CLOUD_LOGGING_LEVEL=DEBUG PREFECT_CLOUD_DISABLE_LOGGING_CONFIG=true',
};

export const errorLogBurst: FindingDefinition = {
  ...MINUTELY,
  id: 'error-log-burst',
  kinds: ['logs'],
  component: 'services',
  title: "Prefect's services write many errors",
  needs: ['logs.errors'],
  thresholds: { warning: { enter: 30, leave: 10 } },
  recoverySeconds: 300,
  meaning:
    'Servers, services and workers together write more records at level error a minute than the threshold.',
  impact:
    'Something fails again and again. Findings beside this one may say what; where none does, it is new.',
  remedy: [
    { text: 'Read what the loudest pod says.', command: 'kubectl logs -n <namespace> <pod> --since=5m' },
    MORE_WORDS,
  ],
  causes: ['db-connection-errors', 'postgres-down', 'redis-down', 'auth-errors', 'connection-reset'],
  source: ['Prefect, Monitoring the Stack: Error-level log entries'],
  judge(look) {
    const errors = look.value('logs.errors');
    const severity = look.level(errors);
    if (severity === null) return null;
    const pods = loudestIn(look.facts);
    return {
      severity,
      evidence: [
        {
          text: `${errors} errors in the last minute`,
          signal: 'logs.errors',
          value: errors,
          threshold: look.threshold(severity),
        },
        ...pods.map(({ pod, count }) => ({ text: `${pod}: ${count}` })),
        ...unreadEvidence(look),
      ],
      remedy: [
        ...pods.slice(0, 2).map(({ pod }) => ({
          text: `Read what ${pod} says.`,
          command: `kubectl logs -n <namespace> ${shellWord(pod)} --since=5m`,
        })),
        MORE_WORDS,
      ],
    };
  },
};
