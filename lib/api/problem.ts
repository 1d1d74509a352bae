import { STATUS_CODES } from 'node:http';
import type { MiddlewareObj } from '@middy/core';
import type { ApiAnswer, ApiEvent } from './http.ts';

/** Thrown by a route that cannot answer as asked; `message` is shown to the client as the problem's detail. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** Problem details as RFC 9457 has them; without a type of its own the title is the status's own phrase. */
const answerOf = (problem: Problem): ApiAnswer => ({
  statusCode: problem.status,
  headers: { 'content-type': 'application/problem+json', ...problem.headers },
  body: JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[problem.status],
    status: problem.status,
    detail: problem.message,
  }),
});

/** One line for the log: what failed and where, never a header, a query or a body. */
function logged(error: unknown, event: ApiEvent): void {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  const line = {
    level: 'error',
    message: 'the request could not be served',
    request_id: event.requestContext.requestId,
    path: event.rawPath,
    error: `${name}: ${message}`,
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
  console.error(JSON.stringify(line));
}

/** Turns whatever a route throws into problem details. What was not foreseen is logged and not shown. */
export const answerProblems = (): MiddlewareObj<ApiEvent, ApiAnswer> => ({
  onError: (request) => {
    if (!(request.error instanceof Problem)) logged(request.error, request.event);
    request.response = answerOf(
      request.error instanceof Problem
        ? request.error
        : new Problem(500, 'The request could not be served; the log of the function says why.'),
    );
  },
});
