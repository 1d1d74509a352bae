import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { ConfigError } from '../lib/config/errors.ts';
import type { Target } from '../lib/config/targets.ts';
import type { Tier } from '../lib/model/report.ts';
import { DeadLetterQueue } from './dead-letters.ts';
import { KEY_ACTIONS, keyOf } from './encryption.ts';

/** EventBridge Scheduler's limit of what a schedule hands to its target. */
const INPUT_BYTES_MAX = 256 * 1024;

/** What a probe function is told by each of its schedules. */
export interface ProbeInput {
  readonly installation: string;
  readonly tier: Tier;
  readonly intervalSeconds: number;
  readonly targets: readonly Target[];
}

/** @throws ConfigError, naming the path of the targets, when they do not fit. */
export function targetsInput(path: string, input: ProbeInput): ProbeInput {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes <= INPUT_BYTES_MAX) return input;
  throw new ConfigError([
    {
      path,
      found: `${input.targets.length} targets of ${Math.ceil(bytes / 1024)} KiB together`,
      allowed: `${INPUT_BYTES_MAX / 1024} KiB, all that a schedule can carry: name fewer or smaller certificates in tls.ca`,
    },
  ]);
}

interface ScheduledInvocation {
  readonly name: string;
  readonly interval: Duration;
  readonly function: IFunction;
  readonly input: object;
}

/** Every schedule of the stack, in a group of its own, and the one role that only this group may take. */
export class Schedules extends Construct {
  readonly deadLetters: DeadLetterQueue;
  readonly #group: ScheduleGroup;
  readonly #role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { stackName, account } = Stack.of(this);
    this.#group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: stackName,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    const ofThisGroup = {
      StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': this.#group.scheduleGroupArn },
    };
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: ofThisGroup }),
    });
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    const key = keyOf(this);
    if (key !== undefined)
      this.#role.addToPolicy(new PolicyStatement({ actions: KEY_ACTIONS, resources: [key.keyArn] }));
  }

  /** Delivery is tried again for a minute, until the next one is due; a run that was delivered is not repeated. */
  add({ name, interval, function: invoked, input }: ScheduledInvocation): void {
    // By itself the target would be let invoke every version of the function too, of which there are none.
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [invoked.functionArn] }),
    );
    const schedule = new Schedule(this, name, {
      scheduleName: name,
      scheduleGroup: this.#group,
      schedule: ScheduleExpression.rate(interval),
      target: new LambdaInvoke(invoked, {
        role: this.#role.withoutPolicyUpdates(),
        input: ScheduleTargetInput.fromObject(input),
        deadLetterQueue: this.deadLetters,
        maxEventAge: Duration.minutes(1),
      }),
    });
    // It fires as soon as it stands: by then the role must be allowed to invoke.
    schedule.node.addDependency(this.#role);
  }
}
