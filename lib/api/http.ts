import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** API Gateway's HTTP API, payload format 2.0. */
export type ApiEvent = APIGatewayProxyEventV2;
export type ApiAnswer = APIGatewayProxyStructuredResultV2;
export type ApiHandler = (event: ApiEvent) => Promise<ApiAnswer>;

/** `name` in lower case, as API Gateway hands header names over. */
export const headerOf = (event: ApiEvent, name: string): string | undefined => event.headers[name];

export const jsonText = (body: string, statusCode = 200): ApiAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body,
});

export const json = (body: unknown, statusCode?: number): ApiAnswer =>
  jsonText(JSON.stringify(body), statusCode);
