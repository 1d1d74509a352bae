import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import type { Attachments } from './attachments.ts';
import { keyOf } from './encryption.ts';
import { VitalsFunction } from './vitals-function.ts';

/** A page that refreshes and a scraper or two; anything beyond is turned away before it costs anything. */
const THROTTLE = { rateLimit: 10, burstLimit: 20 };

/** Neither headers nor query strings are logged: the token travels in a header. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    time: '$context.requestTime',
    id: '$context.requestId',
    ip: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.path',
    status: '$context.status',
    bytes: '$context.responseLength',
    ms: '$context.responseLatency',
    error: '$context.integrationErrorMessage',
  }),
);

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

interface ApiProps {
  readonly config: Config;
  readonly table: ITableV2;
  readonly attachments: Attachments;
  /** Of the emulator, which serves its APIs under its own address. */
  readonly emulatorEndpoint: string | undefined;
}

/** The HTTPS address of the snapshot and its page: a gateway that throttles, logs and passes on. */
export class Api extends Construct {
  readonly function: VitalsFunction;
  readonly token: Secret;
  /** Ends in a slash: the page's own links are relative to it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { config, table, attachments, emulatorEndpoint }: ApiProps) {
    super(scope, id);
    const encryptionKey = keyOf(this);
    this.token = new Secret(this, 'Token', {
      description: 'The bearer token of the Prefect Vitals API',
      // Letters and digits only, so that it can be pasted into any shell. The emulator knows only the second way to say so.
      generateSecretString: {
        passwordLength: 40,
        excludePunctuation: true,
        excludeCharacters: PUNCTUATION,
      },
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    Validations.of(this.token).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Scrapers hold this token: it is replaced by a person who tells them, and what it opens is read-only. The function takes a new value within five minutes.',
    });
    this.function = new VitalsFunction(this, 'Function', {
      name: 'api',
      description: 'Serves the snapshot, the metrics, the runbooks and the page',
      timeout: Duration.seconds(10),
      memoryMiB: 256,
      environment: { TABLE_NAME: table.tableName, TOKEN_SECRET_ARN: this.token.secretArn },
      logRetentionDays: config.logRetentionDays,
      attachments: attachments.configAndPage(),
    });
    this.function.allow(['dynamodb:GetItem', 'dynamodb:Query'], [table.tableArn]);
    this.function.allow(['secretsmanager:GetSecretValue'], [this.token.secretArn]);

    // Which paths and methods there are is the function's own business: it has one table of them, and it is tested.
    const api = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration('Function', this.function),
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The function itself asks every route but the page for the bearer token, and is tested to: an authorizer would be a second function to pay and to wait for.',
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.#accessLog(config)),
        format: ACCESS_LOG_FORMAT,
      },
    });
    this.url =
      emulatorEndpoint === undefined
        ? stage.url
        : `${emulatorEndpoint}/_aws/execute-api/${api.apiId}/$default/`;
  }

  /** Named so that the gateway's permission to write it does not fill the account's one log policy. */
  #accessLog(config: Config): LogGroup {
    const encryptionKey = keyOf(this);
    return new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/apis/${Stack.of(this).stackName}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
  }
}
