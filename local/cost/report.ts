import Table from 'cli-table3';
import { ASSUMED, HOURS_A_MONTH, MINUTES_A_MONTH } from './assumptions.ts';
import { type Line, totalOf } from './bill.ts';
import { PRICED_IN, PRICED_ON, PRICES, type PriceName } from './prices.ts';

const dollars = (amount: number): string => amount.toFixed(2);
const count = (quantity: number): string =>
  quantity.toLocaleString('en', { maximumFractionDigits: quantity < 10 ? 2 : 0 });

/** At a price that was not read on AWS's own page. */
const MARK = ' *';
const isReadAtSecondHand = (price: PriceName): boolean => PRICES[price].read === 'write-ups';

/** What else it could be, by the same price list: for those who would build it another way. */
export interface Alternative {
  readonly what: string;
  readonly dollars: number;
  readonly page: string;
}

export function alternatives(essential: readonly Line[], full: readonly Line[]): readonly Alternative[] {
  const endpoints = 5 * 2 * HOURS_A_MONTH * PRICES.interfaceEndpointHour.dollars;
  return [
    { what: 'this, essential metrics', dollars: totalOf(essential), page: '' },
    { what: 'this, metrics: full', dollars: totalOf(full), page: PRICES.metric.page },
    {
      what: 'a NAT gateway alone, which this does without',
      dollars: HOURS_A_MONTH * PRICES.natGatewayHour.dollars,
      page: PRICES.natGatewayHour.page,
    },
    {
      what: 'five interface endpoints in two zones alone',
      dollars: endpoints,
      page: PRICES.interfaceEndpointHour.page,
    },
    {
      what: 'one canary of CloudWatch Synthetics, every minute',
      dollars: MINUTES_A_MONTH * PRICES.canaryRun.dollars,
      page: PRICES.canaryRun.page,
    },
  ];
}

/** The bill as a person reads it. */
export function billText(lines: readonly Line[], compared: readonly Alternative[]): string {
  const table = new Table({
    head: ['item', 'a month', 'unit', '$ a unit', '$'],
    colAligns: ['left', 'right', 'left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { item, quantity, price, dollars: amount } of lines) {
    if (quantity === 0 && !price.startsWith('interface') && !price.startsWith('nat')) continue;
    table.push([
      item,
      count(quantity),
      PRICES[price].per,
      `${PRICES[price].dollars.toPrecision(3)}${isReadAtSecondHand(price) ? MARK : ''}`,
      dollars(amount),
    ]);
  }
  table.push([{ content: 'together', colSpan: 4 }, dollars(totalOf(lines))]);
  const others = new Table({
    head: ['compared', '$'],
    colAligns: ['left', 'right'],
    style: { head: [], border: [] },
  });
  for (const { what, dollars: amount } of compared) others.push([what, dollars(amount)]);
  const atSecondHand = totalOf(lines.filter((l) => isReadAtSecondHand(l.price)));
  return [
    table.toString(),
    others.toString(),
    `List prices of ${PRICED_IN}, gathered on ${PRICED_ON}, to be held against these pages; no free tier; a month has ${HOURS_A_MONTH} hours.`,
    `Those with${MARK} were read in write-ups that cite the page, not on the page itself; ${dollars(atSecondHand)} of the sum stand on them.`,
    ...[...new Set(lines.map((l) => PRICES[l.price].page))].map((page) => `  ${page}`),
    `Assumed: ${JSON.stringify(ASSUMED)}`,
    'Hold it against your own bill: Cost Explorer, filtered by the tag Application = PrefectVitals, by usage type.',
    '',
  ].join('\n');
}
