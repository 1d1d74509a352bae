import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import * as v from 'valibot';

/** A document larger than this is refused before DynamoDB does: an item holds 400 KB, its other attributes included. */
export const DOCUMENT_BYTES_MAX = 390 * 1024;
/** What a stored document may unpack to; no document of ours comes near it. */
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024;

/** Thrown when a document does not fit an item, or what an item holds is not what was expected there. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** A quarter smaller than gzip in the same time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } } as const;

/** JSON, compressed: writes are billed by the kilobyte, and readings compress tenfold. */
export const pack = (document: unknown, bytesMax?: number): Uint8Array =>
  packText(JSON.stringify(document), bytesMax);

export function packText(text: string, bytesMax: number = DOCUMENT_BYTES_MAX): Uint8Array {
  const bytes = brotliCompressSync(text, BROTLI);
  if (bytes.byteLength > bytesMax) {
    throw new DocumentError(`a document of ${bytes.byteLength} bytes does not fit an item`);
  }
  return bytes;
}

const unreadable = (cause: unknown) => new DocumentError('the item holds no readable document', { cause });

/** @throws DocumentError when the bytes are not packed text. */
export function unpackText(bytes: unknown): string {
  if (!(bytes instanceof Uint8Array)) throw new DocumentError('the item holds no packed document');
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('utf8');
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** @throws DocumentError when the text is not a document of this schema. */
export function parseDocument<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unreadable(cause);
  }
  const result = v.safeParse(schema, json);
  if (!result.success) {
    const first = result.issues[0];
    throw new DocumentError(
      `the stored document is off at ${v.getDotPath(first) ?? 'its root'}: ${first.message}`,
    );
  }
  return result.output;
}

/** @throws DocumentError when the bytes are not a packed document of this schema. */
export const unpack = <S extends v.GenericSchema>(schema: S, bytes: unknown): v.InferOutput<S> =>
  parseDocument(schema, unpackText(bytes));
