/**
 * Text from outside in Slack's own mark-up, where it stays text: no mention, no link, no end of a code block. What
 * cannot be escaped is split by a space of no width.
 */
const ZERO_WIDTH_SPACE = '\u200b';

/** For a line of text. */
export const chatText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', "'")
    .replace(/@(?=\w)/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/[*_~](?=\S)|:(?=\/\/)|\bmailto:|\bwww\./gi, (mark) => `${mark}${ZERO_WIDTH_SPACE}`);

/** For a code block, which Slack neither formats nor links, and which must come out as it went in. */
export const chatCode = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('```', `\`\`${ZERO_WIDTH_SPACE}\``);
