/** Texts that must not be found anywhere, and the search for them in every form in which bytes hide. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name (for the failure message) → secret text. */
export type Canaries = ReadonlyMap<string, string>;

/** Where to look: a name and the bytes. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The names of the canaries found, with place and form. */
export function findCanaries(canaries: Canaries, places: readonly Place[]): string[] {
  const found: string[] = [];
  for (const [name, secret] of canaries) {
    for (const { form, needle } of formsOf(secret)) {
      for (const place of places) {
        if (occurs(place.bytes, needle, secret)) found.push(`${name} (${form}) in ${place.name}`);
      }
    }
  }
  return found;
}

function formsOf(secret: string): { form: string; needle: Buffer }[] {
  const bytes = Buffer.from(secret);
  const forms = [
    { form: 'clear', needle: bytes },
    { form: 'URL-encoded', needle: Buffer.from(encodeURIComponent(secret)) },
    { form: 'JSON', needle: Buffer.from(JSON.stringify(secret).slice(1, -1)) },
  ];
  // Six digits in hex or Base64 are too short to mean anything: they occur by chance.
  if (bytes.length < 7) return forms.slice(0, 1);
  forms.push({ form: 'hex', needle: Buffer.from(bytes.toString('hex')) });
  forms.push({ form: 'UTF-16', needle: Buffer.from(secret, 'utf16le') });
  for (const shift of [0, 1, 2]) {
    const core = base64Core(bytes, shift);
    forms.push({ form: `Base64 at ${shift}`, needle: Buffer.from(core) });
    const urlSafe = core.replaceAll('+', '-').replaceAll('/', '_');
    forms.push({ form: `base64url at ${shift}`, needle: Buffer.from(urlSafe) });
  }
  return forms;
}

/** The characters of a Base64 text that depend on these bytes alone, when they begin at `shift` modulo 3. */
function base64Core(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const end = (shift + bytes.length) % 3 === 0 ? text.length : text.length - 1;
  return text.slice(shift === 0 ? 0 : shift + 1, end);
}

function occurs(haystack: Buffer, needle: Buffer, secret: string): boolean {
  const isCode = /^\d{6}$/.test(secret);
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    // A code counts when it stands alone: within a longer number it is a piece of a time or an id.
    if (!isCode || !(isWordByte(haystack[at - 1]) || isWordByte(haystack[at + needle.length]))) return true;
  }
  return false;
}

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9A-Za-z._-]/.test(String.fromCharCode(byte));
}

/** Every file of a directory, also in its folders. */
export function filesIn(directory: string, accept: (path: string) => boolean = () => true): Place[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(accept)
    .map((path) => ({ name: path, bytes: readFileSync(path) }));
}
