/** What a language has to say: the form that every file of `texts/` fills in. */
import type { Detail, FactorMethod, NoticeKind } from './notice';

/** One text a kind, but for a changed factor, which has three. */
export type TextKey =
  Exclude<NoticeKind, 'factor_changed'> | 'factor_added' | 'factor_removed' | 'factors_reset';

export interface NoticeText {
  /** Without parameters: subjects are shown on locked screens. */
  readonly subject: string;
  /** What happened. `{minutes}` and `{left}` stand for parameters. */
  readonly what: string;
  /** What to do if it was not you. */
  readonly advice: string;
}

export interface Wording {
  /** In which form days are written, BCP 47. */
  readonly dates: string;
  readonly labels: Readonly<Record<Detail, string>>;
  readonly unknownPlace: string;
  readonly unknownDevice: string;
  /** `{browser}` and `{os}` stand for names. */
  readonly browserOnSystem: string;
  readonly methods: Readonly<Record<FactorMethod, string>>;
  readonly lanes: Readonly<Record<'trusted' | 'untrusted', string>>;
  /** Above a code. */
  readonly yourCode: string;
  /** Below every message. */
  readonly footer: string;
  readonly notices: Readonly<Record<TextKey, NoticeText>>;
}
