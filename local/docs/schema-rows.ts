/** A key of the configuration, as its table shows it. */
export interface Row {
  /** From the top, `[]` for an element of a list and `{}` for a value under a free key. */
  readonly path: string;
  readonly allowed: string;
  /** What is taken when it is left out; undefined where it must be given. */
  readonly otherwise: string | undefined;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const nodesOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
const nodeIn = (schema: Node, key: string): Node => {
  const inner = schema[key];
  if (!isNode(inner)) throw new TypeError(`a schema of type ${String(schema.type)} without ${key}`);
  return inner;
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: '`true` or `false`',
};

/** What the checks of a schema say is allowed: the words a mistake is answered with. */
function checksOf(schema: Node): readonly string[] {
  const [first, ...actions] = nodesOf(schema.pipe);
  const own = actions.flatMap(({ message }) => (typeof message === 'string' ? [message] : []));
  return [...new Set([...(first === undefined ? [] : checksOf(first)), ...own])];
}

function kindOf(schema: Node): string {
  switch (schema.type) {
    case 'optional':
    case 'nullable':
      return allowedBy(nodeIn(schema, 'wrapped'));
    case 'literal':
      return `\`${JSON.stringify(schema.literal)}\``;
    case 'picklist':
      return choices(schema.options);
    case 'array':
      return `a list: each ${allowedBy(nodeIn(schema, 'item'))}`;
    case 'record':
      return 'an object by the id of a finding';
    case 'strict_object':
    case 'lazy':
      return 'an object';
    case 'variant':
      return `an object by its \`${String(schema.key)}\``;
    case 'union':
      return nodesOf(schema.options).map(allowedBy).join(', or ');
    default:
      return KINDS[String(schema.type)] ?? String(schema.type);
  }
}

const CHOICES_SHOWN_MAX = 12;

function choices(options: unknown): string {
  const all = Array.isArray(options) ? options.map((o) => `\`${JSON.stringify(o)}\``) : [];
  return all.length > CHOICES_SHOWN_MAX ? 'one of the catalogue' : all.join(', ');
}

function allowedBy(schema: Node): string {
  const checks = checksOf(schema);
  if (checks.length === 0) return kindOf(schema);
  return schema.type === 'string' || schema.type === 'number'
    ? checks.join('; ')
    : `${kindOf(schema)}; ${checks.join('; ')}`;
}

function otherwiseOf(schema: Node): string | undefined {
  if (schema.type !== 'optional') return undefined;
  const value = schema.default;
  return value === undefined ? 'nothing' : `\`${JSON.stringify(value)}\``;
}

/** A schema that chooses by what it is given: a service by its address, or by its cluster. */
function alternatives(schema: Node): readonly Node[] {
  const { getter } = schema;
  if (typeof getter !== 'function') throw new TypeError('a lazy schema without a getter');
  return nodesOf([getter({}), getter({ via: {} })]);
}

/** The rows below a schema. */
function below(schema: Node, path: string): readonly Row[] {
  switch (schema.type) {
    case 'optional':
    case 'nullable':
      return below(nodeIn(schema, 'wrapped'), path);
    case 'array':
      return below(nodeIn(schema, 'item'), `${path}[]`);
    case 'record':
      return below(nodeIn(schema, 'value'), `${path}{}`);
    case 'strict_object':
      return Object.entries(nodeIn(schema, 'entries')).flatMap(([key, inner]) =>
        isNode(inner) ? rowsOf(inner, path === '' ? key : `${path}.${key}`) : [],
      );
    case 'lazy':
      return alternatives(schema).flatMap((option) => below(option, path));
    case 'variant':
    case 'union':
      return nodesOf(schema.options).flatMap((option) => below(option, path));
    default:
      return [];
  }
}

function rowsOf(schema: Node, path: string): readonly Row[] {
  const inner = schema.type === 'optional' ? nodeIn(schema, 'wrapped') : schema;
  return [{ path, allowed: allowedBy(inner), otherwise: otherwiseOf(schema) }, ...below(schema, path)];
}

/** What is allowed under a key in several alternatives, together: it must be given where one of them asks for it. */
function merged(rows: readonly Row[]): readonly Row[] {
  const byPath = new Map<string, Row>();
  for (const row of rows) {
    const before = byPath.get(row.path);
    const allowed = [...new Set([...(before?.allowed.split(', or ') ?? []), row.allowed])].join(', or ');
    byPath.set(row.path, { ...(before ?? row), allowed });
  }
  return [...byPath.values()];
}

/** Every key a schema of valibot takes, in its order, from the schema alone. @throws TypeError when it is of no known make. */
export const rowsOfSchema = (schema: unknown): readonly Row[] => {
  if (!isNode(schema)) throw new TypeError('no schema');
  return merged(below(schema, ''));
};
