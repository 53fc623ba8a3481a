/** The OpenAPI 3.1 document at `/openapi.json`, generated from the routes' schemas, and a browsable `/docs`. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fp from 'fastify-plugin';
import type { FastifyInstance } from 'fastify';
import { ProblemDetails } from '../schemas';

const DESCRIPTION =
  'Decides for every sign-in whether it needs MFA, and verifies the second factor. Errors are `application/problem+json` (RFC 9457).';

export const openApi = fp(
  async (app: FastifyInstance, options: { browsable: boolean; publicUrl: string }) => {
    app.addSchema(ProblemDetails);
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'ZewstID MFA', version: '1.0.0', description: DESCRIPTION },
        servers: [{ url: options.publicUrl }],
        components: {
          securitySchemes: {
            client: { type: 'http', scheme: 'basic', description: 'clientId and clientSecret' },
            token: {
              type: 'http',
              scheme: 'bearer',
              description:
                'Access token from /api/v1/oauth/token, or of a user. One that is bound to a key (`token_type` or `tokenType` is `DPoP`) comes as `Authorization: DPoP` with a proof in the header `DPoP` (RFC 9449).',
            },
          },
        },
      },
      refResolver: {
        buildLocalReference: (...[json, , , index]) =>
          typeof json['$id'] === 'string' ? json['$id'] : `schema${index}`,
      },
    });
    if (options.browsable) await app.register(swaggerUi, { routePrefix: '/docs' });
    app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  },
);
