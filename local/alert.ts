import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SNSClient } from '@aws-sdk/client-sns';
import { Command, Option } from 'commander';
import { ConfigError } from '../lib/config/errors.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import { CHANGE_KINDS, type ChangeKind } from '../lib/model/incident.ts';
import { slackMessageOf } from '../lib/publish/block-kit.ts';
import { channelsOf } from '../lib/publish/channels.ts';
import { messageOf } from '../lib/publish/message.ts';
import { EXIT_BAD_CONFIGURATION } from './check/exit.ts';
import { exampleAlert } from './example-alert.ts';

interface Options {
  readonly config: string;
  readonly kind: ChangeKind;
  readonly send?: boolean;
}

/** Where an example says the page is while nothing is deployed. */
const NO_PAGE = 'https://vitals.example.com/';

const command = new Command('npm run alert --')
  .description('Prints an example alert in every form it takes, or sends it to everybody who is alerted.')
  .option('--config <file>', 'what to watch', 'vitals.config.ts')
  .addOption(new Option('--kind <kind>', 'what to tell').choices(CHANGE_KINDS).default('opened'))
  .option('--send', 'send it through the deployed topic, and to Slack where a webhook is configured')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_CONFIGURATION));

/** What the deployed stack says of itself. @throws RangeError when it lacks an output */
async function deployed(stackName: string) {
  const { Stacks } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const output = (key: string): string => {
    const value = Stacks?.[0]?.Outputs?.find((o) => o.OutputKey === key)?.OutputValue;
    if (value === undefined) throw new RangeError(`The stack ${stackName} has no output ${key}.`);
    return value;
  };
  return { topicArn: output('TopicArn'), pageUrl: output('ApiUrl') };
}

async function main(): Promise<void> {
  const { config: file, kind, send } = command.parse().opts<Options>();
  const { alerts, installations, stackName } = await loadConfig(file);
  const change = exampleAlert(installations[0]?.name ?? 'example', kind);
  if (send) {
    const channels = channelsOf({
      sns: new SNSClient(),
      ...(await deployed(stackName)),
      slack: alerts.slack,
    });
    for (const channel of channels) {
      await channel.send(change);
      process.stdout.write(`sent: ${channel.name}\n`);
    }
    return;
  }
  const chatbot = alerts.slack !== undefined && 'chatbot' in alerts.slack;
  const { subject, bodies, attributes } = messageOf(change, { pageUrl: NO_PAGE, chatbot });
  const forms: readonly (readonly [string, string])[] = [
    ['subject', subject],
    ['attributes', JSON.stringify(attributes, null, 2)],
    ...Object.entries(bodies),
    ["Slack's webhook", JSON.stringify(slackMessageOf(change, NO_PAGE), null, 2)],
  ];
  process.stdout.write(forms.map(([name, text]) => `== ${name}\n${text.trimEnd()}\n`).join('\n'));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ConfigFileError || error instanceof RangeError))
    throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_CONFIGURATION;
}
