import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const logSilent: FindingDefinition = {
  ...MINUTELY,
  id: 'log-silent',
  kinds: ['logs', 'postgres-log'],
  component: 'logs',
  title: 'A log that is read says nothing at all',
  needs: ['logs.silent', 'postgres-log.silent'],
  // Nobody is woken for it: a server without work may well be silent. But it is not known to be well either.
  status: { ...STATUS_OF_SEVERITY, info: 'unknown' },
  meaning:
    'Nothing was shipped to the log group for an hour, or no container runs in the namespaces that are read. Either there was nothing to say, or what ships the logs has stopped, or the wrong place is looked at.',
  impact: 'Errors in these logs would not be seen: that none are counted says nothing.',
  remedy: [
    {
      text: 'Of a log group: see when anything last came.',
      command:
        'aws logs describe-log-streams --log-group-name <log-group> --order-by LastEventTime --descending --max-items 1',
    },
    {
      text: 'See whether the agent that ships the logs runs; for RDS, whether the export of the PostgreSQL log is on.',
    },
    { text: 'Of a cluster: see what runs where it is looked.', command: 'kubectl get pods -n <namespace>' },
  ],
  causes: ['workload-not-ready', 'node-not-ready', 'postgres-down'],
  source: ['Prefect Vitals: what cannot be seen is not known to be well'],
  judge({ target, value, facts }) {
    const signal = `${target.kind}.silent`;
    if (value(signal) === 0) return null;
    const place = typeof facts.log_group === 'string' ? facts.log_group : null;
    const text =
      place === null
        ? 'no container with a log runs in the namespaces that are read'
        : `nothing was shipped to ${place} for an hour`;
    return { severity: 'info', evidence: [{ text, signal, value: 1 }] };
  },
};
