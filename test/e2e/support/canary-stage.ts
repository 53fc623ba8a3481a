/** Where the canaries are planted: the instance, and a way to call it that keeps every refusal. */
import { randomBytes } from 'node:crypto';
import type { Instance, TimedAnswer } from '../../support/instance';

export const hex = (bytes = 10) => randomBytes(bytes).toString('hex');

export type Call = (...args: Parameters<Instance['call']>) => Promise<TimedAnswer>;

export interface Stage {
  readonly instance: Instance;
  readonly call: Call;
  /** Makes a text a canary and returns it. */
  readonly plant: (name: string, text: string) => string;
  readonly browser: { ip: string; fingerprint: string; userAgent: string };
}

export interface Shop {
  readonly clientId: string;
  readonly clientSecret: string;
}
export interface User {
  readonly userId: string;
  readonly totpSecret: string;
  readonly login: string;
}

export type Who = Shop & User;
