import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ROUTES } from '../lib/api/routes.ts';
import type { Config } from '../lib/config/schema.ts';
import { apiAccess } from './api-access.ts';
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
  /** Of an API that looks at a token itself. */
  readonly token: Secret | undefined;
  /** Ends in a slash: the page's own links are relative to it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { config, table, attachments, emulatorEndpoint }: ApiProps) {
    super(scope, id);
    const access = apiAccess(this, config.api.auth, emulatorEndpoint !== undefined);
    this.token = access.token;
    this.function = new VitalsFunction(this, 'Function', {
      name: 'api',
      description: 'Serves the snapshot, the metrics, the runbooks and the page',
      timeout: Duration.seconds(10),
      memoryMiB: 256,
      environment: { TABLE_NAME: table.tableName, ...access.environment },
      logRetentionDays: config.logRetentionDays,
      attachments: attachments.configAndPage(),
    });
    this.function.allow(['dynamodb:GetItem', 'dynamodb:Query'], [table.tableArn]);
    if (access.token !== undefined) {
      this.function.allow(['secretsmanager:GetSecretValue'], [access.token.secretArn]);
    }

    // Which paths and methods there are is the function's own business: it has one table of them, and it is tested.
    const integration = new HttpLambdaIntegration('Function', this.function);
    const api = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      defaultIntegration: integration,
      ...(access.authorizer && { defaultAuthorizer: access.authorizer }),
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The function itself asks for the bearer token wherever an installation is spoken of, and is tested to: an authorizer would be a second function to pay and to wait for.',
    });
    for (const name of access.open) {
      api.addRoutes({
        path: ROUTES[name],
        methods: [HttpMethod.GET, HttpMethod.HEAD],
        integration,
        authorizer: new HttpNoneAuthorizer(),
      });
    }
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
