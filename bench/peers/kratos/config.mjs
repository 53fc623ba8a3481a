/** The configuration of Kratos for the bench; defaults but for what is said here. */
import { randomBytes } from 'node:crypto';

const SCHEMA = {
  $id: 'https://bench.test/person.schema.json',
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    traits: {
      type: 'object',
      properties: {
        email: {
          type: 'string',
          format: 'email',
          'ory.sh/kratos': {
            credentials: { password: { identifier: true }, totp: { account_name: true } },
          },
        },
      },
      required: ['email'],
    },
  },
};

const encoded = (value) => `base64://${Buffer.from(JSON.stringify(value)).toString('base64')}`;

/** @param {{dsn: string, publicPort: number, adminPort: number}} options */
export function configOf({ dsn, publicPort, adminPort }) {
  const at = (port) => ({ host: '127.0.0.1', port, base_url: `http://127.0.0.1:${port}/` });
  const page = `http://127.0.0.1:${publicPort}/page`;
  return {
    version: 'v1.3.1',
    dsn,
    serve: { public: at(publicPort), admin: at(adminPort) },
    selfservice: {
      default_browser_return_url: page,
      methods: {
        password: { enabled: true, config: { haveibeenpwned_enabled: false } },
        totp: { enabled: true, config: { issuer: 'bench' } },
        code: { enabled: false },
        link: { enabled: false },
      },
      flows: { login: { ui_url: page } },
    },
    session: { whoami: { required_aal: 'highest_available' } },
    secrets: { cookie: [randomBytes(16).toString('hex')], cipher: [randomBytes(16).toString('hex')] },
    identity: { default_schema_id: 'default', schemas: [{ id: 'default', url: encoded(SCHEMA) }] },
    // Nothing is sent; without an address it does not start.
    courier: { smtp: { connection_uri: 'smtp://127.0.0.1:1/?disable_starttls=true' } },
    log: { level: 'error' },
  };
}
