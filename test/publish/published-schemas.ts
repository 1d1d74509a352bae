const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text } as const;

/** The event schema of custom notifications, as the administrator guide of Amazon Q Developer in chat applications has it. */
export const CUSTOM_NOTIFICATION = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'source', 'content'],
  properties: {
    version: { const: '1.0' },
    source: { const: 'custom' },
    id: text,
    content: {
      type: 'object',
      additionalProperties: false,
      required: ['description'],
      properties: {
        textType: { const: 'client-markdown' },
        title: text,
        description: text,
        nextSteps: texts,
        keywords: texts,
      },
    },
    metadata: {
      type: 'object',
      additionalProperties: false,
      properties: {
        threadId: text,
        summary: text,
        eventType: text,
        relatedResources: texts,
        additionalContext: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
  },
} as const;

const plain = (maxLength: number) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', 'text'],
  properties: {
    type: { const: 'plain_text' },
    text: { type: 'string', minLength: 1, maxLength },
    emoji: { type: 'boolean' },
  },
});

const block = (type: string, properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', ...required],
  properties: { type: { const: type }, ...properties },
});

const literal = block('text', { text, style: { type: 'object' } }, ['text']);
const section = block('rich_text_section', { elements: { type: 'array', items: literal, minItems: 1 } }, [
  'elements',
]);
const list = block(
  'rich_text_list',
  { style: { enum: ['bullet', 'ordered'] }, elements: { type: 'array', items: section, minItems: 1 } },
  ['style', 'elements'],
);
const preformatted = block(
  'rich_text_preformatted',
  { elements: { type: 'array', items: literal, minItems: 1 } },
  ['elements'],
);

/** The blocks used here with their limits, as Slack's reference of Block Kit has them. */
export const BLOCK_KIT = {
  type: 'object',
  additionalProperties: false,
  required: ['text', 'blocks'],
  properties: {
    text: { type: 'string', minLength: 1, maxLength: 3000 },
    unfurl_links: { const: false },
    unfurl_media: { const: false },
    blocks: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        oneOf: [
          block('header', { text: plain(150) }, ['text']),
          block('section', { fields: { type: 'array', maxItems: 10, items: plain(2000) } }, ['fields']),
          block(
            'rich_text',
            { elements: { type: 'array', minItems: 1, items: { oneOf: [section, list, preformatted] } } },
            ['elements'],
          ),
          block(
            'actions',
            {
              elements: {
                type: 'array',
                minItems: 1,
                maxItems: 25,
                items: block(
                  'button',
                  {
                    text: plain(75),
                    url: { type: 'string', maxLength: 3000 },
                    action_id: { type: 'string', maxLength: 255 },
                  },
                  ['text', 'url'],
                ),
              },
            },
            ['elements'],
          ),
          block('context', { elements: { type: 'array', minItems: 1, maxItems: 10, items: plain(2000) } }, [
            'elements',
          ]),
        ],
      },
    },
  },
} as const;
