import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const docketPasswordExposed: FindingDefinition = {
  ...MINUTELY,
  id: 'docket-password-exposed',
  kinds: ['prefect'],
  component: 'docket',
  title: "The API shows the password of docket's Redis",
  needs: ['prefect.docket.password_shown'],
  meaning:
    'PREFECT_SERVER_DOCKET_URL holds a password, and /api/admin/settings shows that address as it is: Prefect hides other passwords and not this one.',
  impact:
    'Whoever may call the API may read the password, and with it read, change or delete everything Prefect keeps in that Redis.',
  remedy: [
    {
      text: 'Ask for an authentication at the API, and see who has it.',
      command: 'PREFECT_SERVER_API_AUTH_STRING=<user>:<password>',
    },
    { text: 'Keep /api/admin/ from those who need it not, at the ingress.' },
    { text: 'Let no network but that of Prefect reach this Redis, and change the password if it was shown.' },
  ],
  causes: [],
  source: ['Prefect, Settings reference: server.docket.url', 'Prefect Vitals: background services'],
  judge: (look) =>
    look.value('prefect.docket.password_shown') === 1
      ? {
          severity: 'info',
          evidence: [
            {
              text: `${look.target.id} shows an address with a password as server.docket.url`,
              signal: 'prefect.docket.password_shown',
              value: 1,
            },
          ],
        }
      : null,
};
