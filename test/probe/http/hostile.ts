import { gzipSync } from 'node:zlib';
import { type Answering, forever, head, JSON_TYPE, whole } from './sockets.ts';

const CHUNKED = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** A gigabyte of nothing, in about one megabyte. */
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(16 * 2 ** 20));
  return Buffer.concat(Array.from({ length: 64 }, () => member));
}

/** What a broken or hostile server may answer, and what a probe calls it. */
export const HOSTILE: readonly (readonly [
  what: string,
  answer: Answering,
  reason: string,
  detail: RegExp,
])[] = [
  ['takes the request and says nothing', () => undefined, 'timeout', /^no answer within/],
  [
    'drips its answer',
    (socket) => {
      socket.write(head('200 OK', CHUNKED));
      const drip = setInterval(() => socket.write(chunk('x')), 20);
      socket.on('close', () => clearInterval(drip));
    },
    'timeout',
    /was not whole within .* bytes of it came/,
  ],
  [
    'never ends its answer',
    (socket) => {
      socket.write(head('200 OK', CHUNKED));
      forever(socket, chunk('x'.repeat(64 * 1024)));
    },
    'protocol',
    /^the answer is larger than 262144 bytes/,
  ],
  [
    'never ends its answer and cuts it into single bytes',
    (socket) => {
      socket.write(head('200 OK', CHUNKED));
      forever(socket, chunk('x').repeat(10_000));
    },
    'protocol',
    /^the answer is larger than 262144 bytes/,
  ],
  [
    'never ends its headers',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      forever(socket, `x-more: ${'x'.repeat(1000)}\r\n`);
    },
    'protocol',
    /^the headers are too large/,
  ],
  [
    'compresses, unasked, a gigabyte',
    whole('200 OK', { ...JSON_TYPE, 'content-encoding': 'gzip' }, bomb()),
    'protocol',
    /^the answer is compressed/,
  ],
  [
    'promises more than it sends',
    (socket) => socket.end(`${head('200 OK', { ...JSON_TYPE, 'content-length': 100 })}true`),
    'protocol',
    /^the answer breaks off/,
  ],
  ['hangs up', (socket) => socket.end(), 'protocol', /closed the connection/],
  [
    'speaks another protocol',
    (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
    'protocol',
    /does not speak HTTP/,
  ],
  [
    'sends what is no UTF-8',
    whole('200 OK', JSON_TYPE, Uint8Array.from([0x22, 0xc3, 0x28, 0x22])),
    'protocol',
    /^the answer is not valid UTF-8/,
  ],
];

/** What is well-formed HTTP, and still no answer of an API. */
export const MISPLACED: readonly (readonly [
  what: string,
  answer: Answering,
  reason: string,
  detail: RegExp,
])[] = [
  [
    'a page',
    whole('200 OK', { 'content-type': 'text/html; charset=utf-8' }, '<!doctype html><title>Sign in</title>'),
    'protocol',
    /^a page of HTML/,
  ],
  ['a page that calls itself JSON', whole('200 OK', JSON_TYPE, '\n<html>'), 'protocol', /^a page of HTML/],
  ['plain text', whole('200 OK', { 'content-type': 'text/plain' }, 'true'), 'protocol', /says it is no JSON/],
  ['broken JSON', whole('200 OK', JSON_TYPE, '{"a": '), 'protocol', /^the JSON is broken/],
  [
    'JSON that nests a hundred thousand levels deep',
    whole('200 OK', JSON_TYPE, '['.repeat(100_000) + ']'.repeat(100_000)),
    'protocol',
    /^the JSON nests deeper/,
  ],
  [
    'a redirect to another host',
    whole('302 Found', { location: 'https://login.example.com/' }, ''),
    'protocol',
    /redirects to another host \(302\)/,
  ],
  [
    'a redirect to the same host',
    whole('308 Permanent Redirect', { location: '/elsewhere' }, ''),
    'protocol',
    /redirects to the same host \(308\)/,
  ],
  [
    'a redirect without a place',
    whole('301 Moved Permanently', {}, ''),
    'protocol',
    /redirects to nowhere \(301\)/,
  ],
];
