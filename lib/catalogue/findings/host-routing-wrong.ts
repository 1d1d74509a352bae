import type { FindingDefinition, Look } from '../finding.ts';
import { answerIn, type EntranceAnswer, entranceIn } from '../network/facts.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

const SHOULD = { api: "the API's health as JSON", ui: 'the UI, a page of HTML' } as const;
const SAID = { json: 'JSON', html: 'a page of HTML', other: 'neither JSON nor HTML' } as const;

function told({ path, status, content, redirects_to }: EntranceAnswer): string {
  if (redirects_to !== null) return `GET ${path} is redirected to ${redirects_to} (${status})`;
  return `GET ${path} answers ${status} with ${SAID[content]}`;
}

/** Another entrance that leads, as wrongly, to what this one should lead to. */
const swappedWith = (look: Look, serves: 'api' | 'ui') =>
  look.elsewhere('network').find((other) => {
    const theirs = entranceIn(other.facts);
    return (
      theirs !== null && theirs.serves !== serves && other.all('network.routed').some((r) => r.value === 0)
    );
  });

export const hostRoutingWrong: FindingDefinition = {
  ...MINUTELY,
  id: 'host-routing-wrong',
  kinds: ['network'],
  component: 'network',
  title: 'An entrance leads to the wrong place',
  needs: ['network.routed'],
  meaning:
    'The load balancer tells the API and the UI apart by host name. What answers under this name is not what it is for.',
  impact:
    'Where the API should be, every worker and flow fails on an answer that is no JSON, while the service itself is well. Where the UI should be, people see no page.',
  remedy: [
    {
      text: 'See which service each host is routed to.',
      command: 'kubectl get virtualservice,ingress,gateway -A',
    },
    { text: 'See that CLOUD_API_URL and CLOUD_UI_URL name these hosts, and that DNS does not swap them.' },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Load Balancer, DNS'],
  judge: (look) => {
    if (look.value('network.routed') === 1) return null;
    const [entrance, answer] = [entranceIn(look.facts), answerIn(look.facts)];
    const signal = 'network.routed';
    if (entrance === null || answer === null) {
      return {
        severity: 'critical',
        evidence: [{ text: `${look.target.id} leads elsewhere`, signal, value: 0 }],
      };
    }
    const { url, host, serves } = entrance;
    const other = swappedWith(look, serves);
    return {
      severity: 'critical',
      evidence: [
        { text: `${host} should answer with ${SHOULD[serves]}: ${told(answer)}`, signal, value: 0 },
        ...(other === undefined
          ? []
          : [{ text: `${other.target.id} leads to the wrong place as well: the two may be swapped` }]),
      ],
      remedy: [
        { text: 'See what answers.', command: `curl -sSi ${shellWord(`${url}${answer.path}`)}` },
        ...hostRoutingWrong.remedy,
      ],
    };
  },
};
