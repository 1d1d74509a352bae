import fc from 'fast-check';
import { openapi } from '../../lib/api/openapi.ts';
import { METHODS_REFUSED, METHODS_SERVED } from '../../lib/api/routes.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';

/** Texts that were never meant well. */
export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '%00',
    '%',
    '%252e%252e%252f',
    '\r\nset-cookie: a=b',
    '<script>alert(1)</script>',
    '#{7*7}',
    "' OR 1=1 --",
    '*',
    'NaN',
    '-1',
    '1e309',
    ','.repeat(500),
    'x'.repeat(9000),
    '９９９９-12-31T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '9999-12-31T23:59:00-23:59',
    '0000-01-01T00:00:00+23:59',
  ),
);

const signal = fc.constantFrom(...SIGNALS.map((s) => s.id));
const time = fc
  .date({ noInvalidDate: true, min: new Date('2026-11-20'), max: new Date('2026-11-22') })
  .map((d) => d.toISOString());

/** What belongs into a parameter, by its name. */
function aptFor(name: string, installation: string): fc.Arbitrary<string> {
  if (name === 'signal') return signal;
  if (name === 'from' || name === 'to') return time;
  if (name === 'detailed') return fc.constantFrom('true', 'false');
  if (name === 'installation') return fc.constant(installation);
  return fc.constantFrom('postgres/orion', 'RUNNING', 'postgres-down', 'redis-down');
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}
const PATHS = openapi('token').paths as Readonly<
  Record<string, { readonly get: { readonly parameters?: readonly Parameter[] } }>
>;

/** Paths that lead somewhere only by mistake: out of what is open, or around what is not. */
const astray = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        '%2e%2e',
        '%2f',
        '%5c',
        '%00',
        '%ff',
        ';',
        '*',
        'prod',
        '{finding}',
        '~',
      ),
      fc.constantFrom(
        'runbooks',
        'postgres-down',
        'snapshot',
        'metrics',
        'history',
        'health',
        'openapi.json',
      ),
      hostile.map((text) => encodeURIComponent(text.toWellFormed())),
    ),
    { maxLength: 5 },
  )
  .map((parts) => `/${parts.join('/')}`);

const METHODS = [...METHODS_SERVED, ...METHODS_SERVED, ...METHODS_REFUSED, 'OPTIONS'] as const;

/** What is asked; `route` is what OpenAPI calls it, null for a path that was not made from one. */
export interface HostileRequest {
  readonly route: string | null;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * A request to a route as the document describes it, its parameters filled in with sense and with nonsense, or to a path
 * that nobody described. `authorization` is never the right one.
 */
export function requests(installation: string): fc.Arbitrary<HostileRequest> {
  const textFor = (name: string): fc.Arbitrary<string> => {
    const apt = aptFor(name, installation);
    return fc.oneof(
      { weight: 6, arbitrary: apt },
      { weight: 1, arbitrary: fc.oneof(signal, time) },
      { weight: 1, arbitrary: hostile },
      { weight: 1, arbitrary: fc.array(apt, { maxLength: 25 }).map((v) => v.join(',')) },
    );
  };
  const anywhere = (parameters: readonly Parameter[]) => ({
    query: fc.record(
      {
        ...Object.fromEntries(
          parameters.filter((p) => p.in === 'query').map((p) => [p.name, textFor(p.name)]),
        ),
        other: hostile,
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Readonly<Record<string, string>>>,
    method: fc.constantFrom(...METHODS),
    headers: fc.record(
      {
        accept: fc.oneof(hostile, fc.constantFrom('text/html', 'application/json;q=0.1, */*;q=2')),
        'accept-encoding': fc.oneof(hostile, fc.constantFrom('gzip', 'br, gzip;q=0.001', 'gzip;q=nan')),
        'if-none-match': fc.oneof(hostile, fc.constantFrom('*', 'W/"', '"a", "b"')),
        'content-type': hostile,
        origin: hostile,
        'x-forwarded-host': hostile,
        'x-http-method-override': fc.constantFrom('DELETE', 'GET'),
        authorization: fc.oneof(
          hostile,
          hostile.map((token) => `Bearer ${token}`),
          fc.constantFrom('Bearer', 'Basic dTpw', 'Bearer null', 'AWS4-HMAC-SHA256 Credential=x'),
        ),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Readonly<Record<string, string>>>,
    body: fc.option(hostile, { nil: undefined }),
    isBase64Encoded: fc.boolean(),
  });
  const described = fc.constantFrom(...Object.entries(PATHS)).chain(([route, { get }]) =>
    fc.record({
      route: fc.constant(route),
      path: textFor('finding').map((v) => route.replace(/{\w+}/, () => encodeURIComponent(v.toWellFormed()))),
      ...anywhere(get.parameters ?? []),
    }),
  );
  const other = fc.record({ route: fc.constant(null), path: astray, ...anywhere([]) });
  return fc
    .oneof({ weight: 3, arbitrary: described }, { weight: 1, arbitrary: other })
    .map(({ body, ...request }) => ({ ...request, ...(body !== undefined && { body }) }));
}

/** Written down here once more: what is open to strangers is not for the code alone to say. */
const OPEN: readonly (string | null)[] = ['/', '/main.js', '/style.css', '/health', '/runbooks/{finding}'];

export const isOpen = (route: string | null): boolean => OPEN.includes(route);
export const isServed = (method: string): boolean => METHODS_SERVED.some((m) => m === method);

/** What no answer may ever hold: how it came about inside. */
export const INNER =
  /\.(?:ts|mjs|js):\d+|node_modules|\/var\/task|\bat async\b|ValiError|TypeError|RangeError|SyntaxError|URIError|DocumentError|dynamodb|arn:aws/i;
