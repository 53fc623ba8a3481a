/** What the API works with. */
import type { Config } from '../runtime/config';
import type { BaseDeps } from '../runtime/deps';
import type { Tokens } from '../runtime/tokens';
import type { TrustedIssuers } from '../runtime/trusted-issuers';
import type { ClientAuthentication } from './client-authentication';
import type { Dpop } from './dpop';
import type { Limits } from './limits';
import type { TemporalGateway } from './temporal-gateway';

export interface ApiDeps extends BaseDeps {
  readonly config: Config;
  readonly tokens: Tokens;
  readonly issuers: TrustedIssuers;
  readonly temporal: TemporalGateway;
  readonly clients: ClientAuthentication;
  readonly dpop: Dpop;
  readonly limits: Limits;
}
