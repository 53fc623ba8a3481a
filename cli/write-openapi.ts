/** Writes the OpenAPI document of the API to `docs/openapi.json`. A test compares the two. */
import { writeFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { buildApp } from '../api/app';
import type { ApiDeps } from '../api/deps';
import { loadConfig } from '../runtime/config';
import { createLogger } from '../runtime/logger';

/** The document. Routes are registered, never called, so no store is needed. */
export async function openApiDocument(): Promise<string> {
  const config = loadConfig({
    NODE_ENV: 'production',
    LOG_LEVEL: 'silent',
    DATABASE_URL: 'unused',
    REDIS_URL: 'unused',
    TEMPORAL_ADDRESS: 'unused',
    MASTER_KEY: 'unused',
  });
  const deps = { config, logger: createLogger('openapi', 'silent'), metrics: new Registry() };
  const app = await buildApp(deps as unknown as ApiDeps);
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}

if (require.main === module) {
  void openApiDocument().then((document) => writeFileSync('docs/openapi.json', document));
}
