import type { Template } from 'aws-cdk-lib/assertions';
import { plain, resourcesOf } from './synth.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** One thing a role may or may not do, as a person would say it. */
export interface Permission {
  readonly role: string;
  readonly says: string;
  readonly resource: string;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** `Table` for the ARN of the construct Table, `Table/StreamArn` for another of its attributes, else the text itself. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if ('Ref' in value) return plain(String(value.Ref));
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) {
      const [id, attribute] = value['Fn::GetAtt'];
      return attribute === 'Arn' ? plain(String(id)) : `${plain(String(id))}/${attribute}`;
    }
    if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
      const [, parts] = value['Fn::Join'];
      return parts.map(nameOf).join('');
    }
  }
  throw new TypeError(`no name for ${JSON.stringify(value)}`);
}

/** Everything the roles of a template are permitted or denied, one action and one resource a line. */
export function permissionsOf(template: Template): readonly Permission[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(({ Properties }) => {
    const { Statement } = Properties.PolicyDocument as { readonly Statement: readonly Statement[] };
    const role = nameOf(listOf(Properties.Roles)[0]);
    return Statement.flatMap((statement) =>
      listOf(statement.Resource).flatMap((resource) =>
        listOf(statement.Action).map((action) => ({
          role,
          says: [
            statement.Effect === 'Allow' ? '' : 'never ',
            action,
            ` on ${nameOf(resource)}`,
            statement.Condition === undefined ? '' : ` if ${JSON.stringify(statement.Condition)}`,
          ].join(''),
          resource: nameOf(resource),
        })),
      ),
    );
  });
}

export const permissionsOfRole = (template: Template, role: string): readonly string[] =>
  permissionsOf(template)
    .filter((p) => p.role === role)
    .map((p) => p.says)
    .sort();
