/**
 * Configuration of every process, read from the environment once and checked at the start:
 * a process with a wrong setting must refuse to run, not guess.
 */
import { envSchema } from 'env-schema';
import { Type, type Static } from '@sinclair/typebox';
import { LOCALE_PATTERN } from '../domain/notices/languages';
import { parseMailSettings } from './mail-settings';
import { relyingPartyOf } from './relying-party';
import { parseTrustedIssuers } from './trusted-issuers';

const schema = Type.Object({
  NODE_ENV: Type.String({ default: 'production' }),
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535 }),
  METRICS_PORT: Type.Integer({ default: 9464, minimum: 0, maximum: 65535 }),
  CODEC_PORT: Type.Integer({ default: 0, minimum: 0, maximum: 65535 }),
  WORKER_METRICS_PORT: Type.Integer({ default: 0, minimum: 0, maximum: 65535 }),
  PUBLIC_URL: Type.String({ default: 'http://127.0.0.1:3000' }),
  DATABASE_URL: Type.String({ minLength: 1 }),
  REDIS_URL: Type.String({ minLength: 1 }),
  TEMPORAL_ADDRESS: Type.String({ minLength: 1 }),
  TEMPORAL_NAMESPACE: Type.String({ default: 'default' }),
  TEMPORAL_TLS: Type.String({ default: '', pattern: '^[01]?$' }),
  TEMPORAL_API_KEY: Type.String({ default: '' }),
  TEMPORAL_UI_URL: Type.String({ default: '' }),
  API_HOSTS_WORKER: Type.String({ default: '1', pattern: '^[01]$' }),
  DECISIONS_TASK_QUEUE: Type.String({ default: 'mfa-decisions', pattern: 'decisions$' }),
  MASTER_KEY: Type.String({ minLength: 1 }),
  MASTER_KEY_PREVIOUS: Type.String({ default: '' }),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info' },
  ),
  TRUSTED_ISSUERS: Type.String({ default: '' }),
  WEBAUTHN_RP_ID: Type.String({ default: '' }),
  WEBAUTHN_ORIGINS: Type.String({ default: '' }),
  WEBAUTHN_RELATED_ORIGINS: Type.String({ default: '' }),
  TRUSTED_PROXIES: Type.String({ default: '' }),
  GEOIP_CITY_DB: Type.String({ default: '' }),
  GEOIP_ASN_DB: Type.String({ default: '' }),
  THREAT_FEEDS_DIR: Type.String({ default: '' }),
  THREAT_FEEDS_MIRROR: Type.String({ default: '' }),
  DEMO_THREAT_LISTS: Type.String({ default: '', pattern: '^[01]?$' }),
  FEEDS_UPDATE_HOURS: Type.Integer({ default: 0, minimum: 0, maximum: 168 }),
  SMTP_URL: Type.String({ default: '' }),
  MAIL_FROM: Type.String({ default: '' }),
  DEFAULT_LOCALE: Type.String({ default: 'en', pattern: LOCALE_PATTERN }),
  PG_POOL_SIZE: Type.Integer({ default: 10, minimum: 1, maximum: 200 }),
  WORKFLOW_CALLS_IN_FLIGHT: Type.Integer({ default: 8, minimum: 1, maximum: 10_000 }),
  PG_RISK_POOL_SIZE: Type.Integer({ default: 4, minimum: 1, maximum: 100 }),
  REQUEST_TIMEOUT_SECONDS: Type.Integer({ default: 300, minimum: 1, maximum: 3_600 }),
  CLIENT_REQUESTS_PER_SECOND: Type.Integer({ default: 500, minimum: 1 }),
  USER_SIGN_INS_PER_MINUTE: Type.Integer({ default: 30, minimum: 1 }),
  LOGIN_ATTEMPTS_PER_MINUTE: Type.Integer({ default: 20, minimum: 1 }),
  PASSWORD_MIN_LENGTH: Type.Integer({ default: 8, minimum: 8, maximum: 64 }),
  RECOVERIES_PER_ADDRESS_PER_MINUTE: Type.Integer({ default: 10, minimum: 1 }),
  IP_PUBLIC_REQUESTS_PER_SECOND: Type.Integer({ default: 20, minimum: 1 }),
});

export type Config = Readonly<Static<typeof schema>>;

/** Reads and checks the environment; throws with the names of the wrong settings (never their values). */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const config = envSchema<Static<typeof schema>>({ schema, data: env, dotenv: false });
  parseTrustedIssuers(config.TRUSTED_ISSUERS, config.PUBLIC_URL);
  parseMailSettings(config);
  relyingPartyOf(config);
  return config;
}
