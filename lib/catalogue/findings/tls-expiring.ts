import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { certificateIn, entranceIn } from '../network/facts.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const DAY_SECONDS = 86_400;

export const tlsExpiring: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'tls-expiring',
  kinds: ['network'],
  component: 'network',
  title: 'The certificate of an entrance expires soon',
  needs: ['network.tls.expires_in_days'],
  // Days only run down: a certificate leaves by being replaced, by one that is good for weeks.
  thresholds: { warning: { enter: 14, leave: 15 }, critical: { enter: 7, leave: 8 } },
  meaning:
    'Certificates that renew themselves do so a month or more before they expire: here renewal fails, or is done by hand.',
  impact: 'On the day it expires every worker, flow and browser refuses to talk to Prefect at once.',
  remedy: [
    {
      text: 'On AWS Certificate Manager see why renewal waits: mostly the validation record in DNS is gone.',
      command: 'aws acm describe-certificate --certificate-arn <arn> --query Certificate.RenewalSummary',
    },
    {
      text: 'With cert-manager see the state of the order.',
      command: 'kubectl describe certificate -n <namespace>',
    },
    { text: 'Else order a new one, and put it on every listener of this host.' },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: SSL Termination'],
  judge: (look) => {
    const days = look.value('network.tls.expires_in_days');
    const severity = look.level(days);
    // Once it has expired, tls-untrusted says so.
    if (severity === null || days <= 0) return null;
    const host = entranceIn(look.facts)?.host ?? look.target.id;
    const certificate = certificateIn(look.facts);
    const issued =
      certificate === null ? '' : `, at ${certificate.valid_to}; issued by ${certificate.issuer}`;
    return {
      severity,
      evidence: [
        {
          text: `the certificate of ${host} expires in ${duration(days * DAY_SECONDS)}${issued}`,
          signal: 'network.tls.expires_in_days',
          value: days,
          threshold: look.threshold(severity),
        },
      ],
    };
  },
};
