import { delimiter, dirname } from 'node:path';
import { ArnFormat, type Duration, RemovalPolicy, Stack, Tokenization, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import { KEY_ACTIONS, keyOf } from './encryption.ts';
import type { Placement } from './network.ts';
import { entryOf, LOCK_FILE, PROJECT, WITHOUT_UNDICI } from './paths.ts';

/** pg and ioredis are CommonJS, and a bundle of ES modules has no `require` to give them. */
const REQUIRE_FOR_COMMONJS =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * A function's credentials come from its environment. The SDK's ways to others are imported only when those are not
 * there: left out, every bundle is a quarter smaller.
 */
export const OTHER_CREDENTIALS = ['ini', 'sso', 'login', 'process', 'web-identity', 'http'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** What no function uses although something it does use imports it, and what stands in for it. */
export const LEFT_OUT = { undici: WITHOUT_UNDICI } as const;

/** What Lambda itself needs to attach a function to a VPC. None of these actions can be bound to a resource. */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

export interface VitalsFunctionProps {
  /** Of its file in functions/, and the end of its name on AWS. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetentionDays: Config['logRetentionDays'];
  /** Commands that put further files beside the bundle. */
  readonly attachments?: ICommandHooks;
  readonly placement?: Placement | undefined;
}

/** One Lambda function with a log group and a role of its own, which may write that log and nothing else. */
export class VitalsFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: VitalsFunctionProps) {
    const functionName = `${Stack.of(scope).stackName}-${props.name}`;
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const encryptionKey = keyOf(scope);
    const logGroup = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    super(scope, id, {
      functionName,
      description: props.description,
      entry: entryOf(props.name),
      projectRoot: PROJECT,
      depsLockFilePath: LOCK_FILE,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      environment: props.environment,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // When a run began and ended is in its metrics; two lines for each of them would be most of the log.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...props.placement,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        bundleAwsSDK: true,
        externalModules: [...OTHER_CREDENTIALS],
        banner: REQUIRE_FOR_COMMONJS,
        esbuildArgs: { '--alias': Object.entries(LEFT_OUT).map(([name, by]) => `${name}=${by}`) },
        logLevel: LogLevel.WARNING,
        // Whatever else is installed, the commands run on the Node that runs the app.
        environment: { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
        ...(props.attachments && { commandHooks: props.attachments }),
      },
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    if (encryptionKey !== undefined) this.#allowKey(role, encryptionKey.keyArn);
    if (props.placement !== undefined) this.#allowNetworkInterfaces(functionName);
  }

  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): void {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    );
  }

  #allowKey(role: Role, keyArn: string): void {
    this.allow(KEY_ACTIONS, [keyArn]);
    for (const action of ['kms:ReEncrypt*', 'kms:GenerateDataKey*']) {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Action::${action}]`,
        reason:
          "The CDK's own grant of an encrypted queue, on the stack's one key: each is a pair of actions.",
      });
    }
  }

  /** What AWS binds to no resource, with the reason it is needed, which checks of the stack are told as well. */
  allowEverywhere(
    actions: readonly string[],
    reason: string,
    conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): void {
    this.allow(actions, ['*'], conditions);
    this.explainWildcards(['*'], reason);
  }

  /** Tells checks of the stack why resources it was allowed end in an asterisk. */
  explainWildcards(resources: readonly string[], reason: string): void {
    const stack = Stack.of(this);
    for (const resource of resources) {
      // What is only known at deployment stands in the checks by its name, as <AWS::Region>.
      const named: unknown = Tokenization.reverseString(resource)
        .mapTokens({ mapToken: (token) => `<${stack.resolve(token).Ref}>` })
        .join({ join: (left, right) => `${left ?? ''}${right ?? ''}` });
      Validations.of(this.role ?? this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${named}]`, reason });
    }
  }

  /** To Lambda, which uses the function's role for it, and not to the function's own code. */
  #allowNetworkInterfaces(functionName: string): void {
    const functionArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.allowEverywhere(
      NETWORK_INTERFACE_ACTIONS,
      'Lambda attaches the function to the VPC with these, which know no resource; its own code is denied them.',
    );
    this.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: NETWORK_INTERFACE_ACTIONS,
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
      }),
    );
  }
}
