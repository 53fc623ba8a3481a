/** Codes that are wrong for certain. */
import { totpCode } from '../../support/totp';

const STEPS_AROUND = [-3, -2, -1, 0, 1, 2, 3];

/** `count` different codes that no step near now has. */
export function wrongCodes(seed: string, count: number): string[] {
  const right = new Set(STEPS_AROUND.map((offset) => totpCode(seed, offset)));
  const codes: string[] = [];
  for (let n = 0; codes.length < count; n += 1) {
    const code = String(n).padStart(6, '0');
    if (!right.has(code)) codes.push(code);
  }
  return codes;
}

export function wrongCode(seed: string): string {
  return wrongCodes(seed, 1)[0] ?? '';
}
