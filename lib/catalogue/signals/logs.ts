import { signalsOf } from '../signal.ts';

/** What the logs of Prefect's pods say, in the last whole minute before the probe. */
export const LOGS_SIGNALS = signalsOf('logs')({
  'logs.up': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when the pods whose logs are read can be listed, or the log group they are shipped to be read',
    from: 'the list of pods, or logs:FilterLogEvents',
  },
  'logs.silent': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when there is nothing that could say anything: no container has a log, or nothing was shipped to the log group for an hour',
    from: 'the list of pods, or logs:FilterLogEvents',
  },
  'logs.containers.read': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'containers whose log was read',
    from: 'pods/log',
  },
  'logs.containers.unread': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'containers whose log could not be read, or not in time: what they say is not counted',
    from: 'pods/log',
  },
  'logs.containers.truncated': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'containers whose log of the minute is longer than is read: what follows is not counted',
    from: 'pods/log, limitBytes',
  },
  'logs.events': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'records written in the minute, by every container together',
    from: 'pods/log',
  },
  'logs.errors': {
    metric: 'LogErrors',
    unit: 'Count',
    nature: 'gauge',
    help: "records at level error, and tracebacks without one, in the minute; flow runs' own are left out",
    from: 'pods/log',
  },
  'logs.auth_errors': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'records in the minute that tell of a refused password, key or token',
    from: 'the signatures of that theme',
  },
  'logs.database_errors': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'records in the minute that tell of PostgreSQL or Redis failing, full or away',
    from: 'the signatures of that theme',
  },
  'logs.slow_queries': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'records in the minute that tell of a slow statement or a long wait for a lock',
    from: 'the signatures of that theme',
  },
  'logs.signature': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    label: 'signature',
    help: 'records in the minute that show a signature of the catalogue',
    from: 'the signatures of the catalogue',
  },
});
