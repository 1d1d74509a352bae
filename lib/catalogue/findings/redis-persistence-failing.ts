import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const redisPersistenceFailing: FindingDefinition = {
  ...MINUTELY,
  id: 'redis-persistence-failing',
  kinds: ['redis'],
  component: 'redis',
  title: 'Redis cannot save to disk',
  needs: ['redis.persistence.failing'],
  meaning:
    'The last snapshot, or the last write of the append-only file, failed: most often the disk is full.',
  impact:
    'A restart would lose what was not saved. With stop-writes-on-bgsave-error, the default, the server refuses every write until a snapshot succeeds.',
  remedy: [
    { text: 'See what failed.', command: 'redis-cli INFO persistence' },
    { text: 'See whether its disk is full.', command: 'df -h' },
    { text: 'Save once the reason is gone.', command: 'redis-cli BGSAVE' },
    {
      text: 'Prefect does not need Redis on disk: without saving, nothing is refused.',
      command: "redis-cli CONFIG SET save ''",
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Backup and persistence', 'Redis: error MISCONF'],
  judge: (look) =>
    look.value('redis.persistence.failing') === 0
      ? null
      : {
          severity: 'warning',
          evidence: [
            { text: 'the last save did not succeed', signal: 'redis.persistence.failing', value: 1 },
          ],
        },
};
