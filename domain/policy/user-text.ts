/** What may be told to the user about a decision: never which signal or factor it was (rule 13 of the product). */
import type { Language } from '../notices/languages';
import type { Outcome } from './decision';

export type UserText = Readonly<Record<Language, string>>;

const TEXTS: Readonly<Record<Outcome, UserText>> = {
  allow: {
    en: 'This sign-in looked like your usual ones, so nothing more was asked.',
    de: 'Diese Anmeldung sah aus wie Ihre üblichen, deshalb wurde nichts weiter verlangt.',
    fr: 'Cette connexion ressemblait à vos connexions habituelles : rien de plus n’a été demandé.',
    es: 'Este inicio de sesión se parecía a los habituales, por lo que no se pidió nada más.',
  },
  challenge: {
    en: 'To be sure that it is you, we asked for a second proof.',
    de: 'Um sicher zu sein, dass Sie es sind, haben wir um einen zweiten Nachweis gebeten.',
    fr: 'Pour être sûrs qu’il s’agit bien de vous, nous avons demandé une seconde preuve.',
    es: 'Para asegurarnos de que es usted, pedimos una segunda prueba.',
  },
  block: {
    en: 'This sign-in looked unlike you, so we stopped it. Try from a device and a place you have used before, or recover your account.',
    de: 'Diese Anmeldung sah nicht nach Ihnen aus, deshalb haben wir sie gestoppt. Versuchen Sie es von einem Gerät und einem Ort, die Sie schon benutzt haben, oder stellen Sie Ihr Konto wieder her.',
    fr: 'Cette connexion ne vous ressemblait pas : nous l’avons arrêtée. Réessayez depuis un appareil et un lieu déjà utilisés, ou récupérez votre compte.',
    es: 'Este inicio de sesión no parecía suyo, por lo que lo detuvimos. Inténtelo desde un dispositivo y un lugar que ya haya usado, o recupere su cuenta.',
  },
};

/** The text in every language there is; null when nothing was decided. */
export function userTextOf(outcome: Outcome | 'none'): UserText | null {
  return outcome === 'none' ? null : TEXTS[outcome];
}
