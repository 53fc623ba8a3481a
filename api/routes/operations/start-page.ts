/** `GET /`: what a person sees who opens the API in a browser: where things are, and whether they work. */
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';

/** Nothing but our own style and script, and no framing. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const SCRIPT = `
fetch('/health/ready').then((answer) => answer.json()).then(({ status, dependencies }) => {
  document.getElementById('status').textContent = status;
  const list = document.getElementById('dependencies');
  for (const [name, standing] of Object.entries(dependencies)) {
    const item = document.createElement('li');
    item.textContent = name + ': ' + standing;
    item.className = standing;
    list.append(item);
  }
}).catch(() => { document.getElementById('status').textContent = 'unknown'; });
`;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1c2733}
h1{margin-bottom:0}a{color:#0b5fa5}.up{color:#1b6e3c}.down{color:#a11d1d}code{background:#eef2f5;padding:.1em .3em}`;

export function registerStartPage(app: App, deps: ApiDeps): void {
  const page = renderPage(deps);
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .type('text/html; charset=utf-8')
      .send(page),
  );
  app.get('/start-page.js', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(SCRIPT),
  );
}

function renderPage({ config }: ApiDeps): string {
  const links = [
    ...(config.NODE_ENV === 'production' ? [] : [['/docs', 'API reference']]),
    ['/openapi.json', 'OpenAPI document'],
    ...(config.TEMPORAL_UI_URL === ''
      ? []
      : [[config.TEMPORAL_UI_URL, 'Sign-ins as workflows (Temporal UI)']]),
    ['/.well-known/jwks.json', 'Public keys'],
  ];
  const items = links
    .map(([href = '', text = '']) => `<li><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></li>`)
    .join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>ZewstID MFA</title><style>${STYLE}</style>
<h1>ZewstID MFA</h1><p>Decides for every sign-in: skip, require MFA, or block.</p>
<h2>Status: <span id="status" role="status">…</span></h2><ul id="dependencies"></ul>
<h2>Where to go</h2><ul>${items}</ul>
<p>A first request: <code>npm start</code> printed one that works when pasted.</p>
<script src="/start-page.js"></script></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
