import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';

/** Lets through the stream records of items written, not removed, whose sort key begins with `prefix`. */
export const storedUnder = (prefix: string): Record<string, unknown> =>
  FilterCriteria.filter({
    eventName: FilterRule.or('INSERT', 'MODIFY'),
    dynamodb: { Keys: { sk: { S: FilterRule.beginsWith(prefix) } } },
  });
