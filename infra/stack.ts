import { Annotations, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CLUSTER_READERS } from '../lib/config/kubernetes-readers.ts';
import type { Config } from '../lib/config/schema.ts';
import { AccessEntries, isClusterReader } from './access-entries.ts';
import { Alarms } from './alarms.ts';
import { AlertsTopic } from './alerts-topic.ts';
import { Api } from './api.ts';
import { Assess } from './assess.ts';
import { Attachments } from './attachments.ts';
import { ComponentAlarms } from './component-alarms.ts';
import { Dashboard } from './dashboard.ts';
import { assertDeployable } from './deployable.ts';
import { EncryptionKey } from './encryption.ts';
import { MuteRules } from './mute-rules.ts';
import { Network, type Placement } from './network.ts';
import { Notify } from './notify.ts';
import { Probes } from './probes.ts';
import { Schedules } from './schedules.ts';
import { VitalsTable } from './table.ts';

interface VitalsStackProps {
  readonly config: Config;
  /** The emulator's address when the stack goes there and not to AWS. */
  readonly emulatorEndpoint?: string | undefined;
}

/** Prefect Vitals, whole. Its name is the configuration's. @throws ConfigError when that cannot be deployed. */
export class VitalsStack extends Stack {
  constructor(scope: Construct, { config, emulatorEndpoint }: VitalsStackProps) {
    assertDeployable(config);
    super(scope, config.stackName, {
      description: 'Watches a self-hosted Prefect and names the root cause before users notice',
      env: accountAndRegion(config),
      tags: { Application: 'PrefectVitals' },
      terminationProtection: false,
    });
    new EncryptionKey(this, config.encryption === 'own-key' ? 'everything' : 'topic');
    const table = new VitalsTable(this, 'Table');
    const topic = new AlertsTopic(this, 'Alerts', config.alerts);
    const schedules = new Schedules(this, 'Schedules');
    const attachments = new Attachments(this, config);
    const placement = this.#placement(config, emulatorEndpoint);

    const probes = new Probes(this, 'Probes', { config, table, schedules, placement });
    const assess = new Assess(this, 'Assess', { config, table, schedules, attachments });
    const api = new Api(this, 'Api', { config, table, attachments, emulatorEndpoint });
    const notify = new Notify(this, 'Notify', { config, table, topic, pageUrl: api.url, attachments });

    this.#nameWhoReadsKubernetes(probes, config);
    // The emulator has no clusters.
    if (emulatorEndpoint === undefined) new AccessEntries(this, 'AccessEntries', config, probes);
    const alarms = new Alarms(this, 'Alarms', { topic });
    for (const { kind, function: probe, interval } of probes.all)
      alarms.onSilenceOrErrors({ name: `probe-${kind}`, function: probe }, interval);
    alarms.onSilenceOrErrors({ name: 'assess', function: assess.function }, Duration.minutes(1));
    alarms.onErrors({ name: 'api', function: api.function });
    alarms.onAnyError({ name: 'notify', function: notify.function });
    alarms.onDeadLetters('schedules', schedules.deadLetters);
    alarms.onDeadLetters('assess', assess.deadLetters);
    alarms.onDeadLetters('notify', notify.deadLetters);
    const isEmulated = emulatorEndpoint !== undefined;
    const components = new ComponentAlarms(this, 'Components', { config, pageUrl: api.url, isEmulated });
    // Nor has it mute rules.
    if (!isEmulated) new MuteRules(this, 'Maintenance', { config, components });
    if (config.alarms.dashboard) {
      new Dashboard(this, 'Dashboard', {
        config,
        components,
        monitor: alarms.all,
        functions: [...probes.all.map((p) => p.function), assess.function, notify.function, api.function],
        pageUrl: api.url,
      });
    }

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'The health page' });
    if (api.token !== undefined) {
      new CfnOutput(this, 'TokenSecretArn', {
        value: api.token.secretArn,
        description: 'Where the token of the API and the page is kept',
      });
    }
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'TopicArn', { value: topic.topicArn, description: 'Subscribe here for alerts' });
  }

  /** They need no permission of IAM: who may read a cluster is for that cluster to say, by an access entry. */
  #nameWhoReadsKubernetes({ all }: Probes, { installations }: Config): void {
    const isProxied = installations.some(({ services }) => services.some((s) => 'via' in s));
    for (const { kind, function: probe } of all) {
      if (!isClusterReader(kind) || probe.role === undefined) continue;
      if (kind === 'service' && !isProxied) continue;
      const { group, roleOutput } = CLUSTER_READERS[kind];
      new CfnOutput(this, roleOutput, {
        value: probe.role.roleArn,
        description: `Give this role an access entry of the cluster, in the group ${group}`,
      });
    }
  }

  #placement(config: Config, emulatorEndpoint: string | undefined): Placement | undefined {
    if (config.network === undefined) return undefined;
    if (emulatorEndpoint === undefined) return new Network(this, 'Network', config, config.network).placement;
    Annotations.of(this).addInfo(
      'network: left out, the emulator runs functions on this machine and in no VPC',
    );
    return undefined;
  }
}

/** What the configuration leaves open, the CLI's profile decides; without either, the stack fits any account. */
function accountAndRegion(config: Config): { readonly account?: string; readonly region?: string } {
  const account = config.account ?? process.env.CDK_DEFAULT_ACCOUNT;
  const region = config.region ?? process.env.CDK_DEFAULT_REGION;
  return { ...(account && { account }), ...(region && { region }) };
}
