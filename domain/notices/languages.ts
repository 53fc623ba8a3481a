/** Which language a person is written to in. */
import { DE } from './texts/de';
import { EN } from './texts/en';
import { ES } from './texts/es';
import { FR } from './texts/fr';
import type { Wording } from './wording';

/** Every language there is, by its BCP 47 primary subtag. */
export const WORDINGS = { en: EN, de: DE, fr: FR, es: ES } as const satisfies Record<string, Wording>;
export type Language = keyof typeof WORDINGS;

/** The form of a locale (BCP 47): language, then script, region or variants. */
export const LOCALE_PATTERN = '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$';

/** The language of a locale, else that of the fallback, else English: `de-CH` is written to in German. */
export function languageOf(locale: string | null, fallback: string): Language {
  for (const wanted of [locale ?? '', fallback]) {
    const language = wanted.split('-')[0]?.toLowerCase() ?? '';
    if (Object.hasOwn(WORDINGS, language)) return language as Language;
  }
  return 'en';
}
