import type { Look, Verdict } from '../finding.ts';
import { RECOMMENDED_SETTINGS } from '../prefect/recommended-settings.ts';
import { settingsIn } from '../prefect/settings.ts';

/** Hints of what the server says of its own settings; the processes of its background services have their own. */
export function judgePrefectSettings({ facts }: Look): Verdict | null {
  const audited = settingsIn(facts)?.audited ?? {};
  const off = RECOMMENDED_SETTINGS.flatMap((r) => {
    const present = audited[r.path] ?? null;
    return present === null || r.suits(present) ? [] : [{ ...r, present }];
  });
  if (off.length === 0) return null;
  return {
    severity: 'info',
    evidence: off.map((r) => ({
      text: `${r.variable} is ${r.present}, recommended is ${r.value}: ${r.why}`,
      value: r.present,
    })),
    remedy: [
      {
        text: "Set them in the environment of the server and of its background services; mind the database's connection limit: pool size and overflow count once a process.",
        command: off.map((r) => `${r.variable}=${r.value}`).join(' '),
      },
    ],
  };
}
