/** Units that Prometheus wants in their base unit, and short forms that it wants written out. */
const NOT_BASE = new Set(
  'minutes hours days weeks kelvins fahrenheit rankine inches yards miles bits calories pounds ounces'.split(
    ' ',
  ),
);
const BASE = 'amperes bytes celsius grams joules kelvin meters metres moles seconds volts'.split(' ');
const PREFIXES =
  'pico nano micro milli centi deci deca hecto kilo kibi mega mibi giga gibi tera tebi peta pebi'.split(' ');
const SHORT = new Set('s ms us ns sec b kb mb gb tb pb m h d'.split(' '));
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary']);

/** What a linter of metrics in the manner of promtool has against one family; nothing when all is well. */
export function complaintsAbout(
  name: string,
  type: string,
  labels: readonly string[] = [],
): readonly string[] {
  const words = name.split('_');
  const complaints = [
    type === 'counter' && !name.endsWith('_total') && 'a counter ends in _total',
    type !== 'counter' && name.endsWith('_total') && 'only a counter ends in _total',
    /_(count|sum|bucket)$/.test(name) && 'the ending belongs to histograms and summaries',
    words.some((w) => TYPES.has(w)) && 'its type stands in its name',
    name.includes(':') && 'colons belong to recording rules',
    /[a-z][A-Z]/.test(name) && 'words are parted by underscores',
    type !== 'summary' && labels.includes('quantile') && 'the label quantile belongs to summaries',
    type !== 'histogram' && labels.includes('le') && 'the label le belongs to histograms',
    labels.some((l) => /[a-z][A-Z]/.test(l)) && 'words of labels are parted by underscores',
    words.some((w) => SHORT.has(w)) && 'a unit is abbreviated',
    words.some((w) => NOT_BASE.has(w)) && 'not in a base unit',
    words.some((w) => BASE.some((b) => PREFIXES.some((p) => w === `${p}${b}`))) && 'not in a base unit',
  ];
  return complaints.flatMap((complaint) => (complaint === false ? [] : [`${name}: ${complaint}`]));
}
