/**
 * The last words of `npm start`: where things are, and a first request that works when pasted.
 */

/** Quotes a text for a POSIX shell. */
export function shellQuote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A `status/check` for the demo user as the demo client. */
export function firstCurl({ api, demo }) {
  const body = {
    userId: demo.userId,
    ip: '81.2.69.142',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    fingerprint: 'my-first-device',
  };
  return [
    `curl -s ${api}/api/v1/auth/mfa/status/check`,
    `-u ${shellQuote(`${demo.clientId}:${demo.clientSecret}`)}`,
    `-H 'content-type: application/json'`,
    `-d ${shellQuote(JSON.stringify(body))}`,
  ].join(' \\\n    ');
}

/** The whole text. */
export function welcome(instance, { runDir }) {
  const { api, apis, metrics, temporal } = instance;
  return [
    '',
    `  Start page   ${instance.console}`,
    `  API          ${apis.join('  ')}   (OpenAPI: ${api}/openapi.json, browse: ${api}/docs)`,
    ...(temporal.ui ? [`  Temporal UI  ${temporal.ui}`] : []),
    `  Metrics      ${metrics}`,
    `  Passwords    ${runDir}/instance.json    Logs  ${runDir}/logs/`,
    '',
    'Does this sign-in need MFA?',
    '',
    `  ${firstCurl(instance)}`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}
