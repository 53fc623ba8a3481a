/** Reading what came over the wire: nothing is believed before it was looked at. */
import type { Problem } from './generated/api-types';

export type JsonObject = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a text holds; `undefined` for anything else. */
export function parseJson(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether every named property is a text with something in it. */
export function hasTexts(body: JsonObject, ...names: string[]): boolean {
  return names.every((name) => typeof body[name] === 'string' && body[name] !== '');
}

/** The problem in a body (RFC 9457), if it is one of this status. */
export function problemOf(body: JsonObject | undefined, status: number): (Problem & JsonObject) | undefined {
  if (!body || body['status'] !== status || !hasTexts(body, 'type', 'title', 'detail', 'code', 'requestId'))
    return undefined;
  return body as Problem & JsonObject;
}
