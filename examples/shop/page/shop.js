/** The shop in the browser: password, proof by code or passkey, payments, new passkeys. What it shows is text, never markup. */

const MESSAGES = {
  sign_in_failed: 'Login or password is wrong.',
  verification_failed: 'That did not prove it. Try again, or start over.',
  too_many_attempts: 'Too many tries. Wait a little.',
  access_denied: 'This sign-in is not possible right now. Try again later.',
  passkey_unavailable: 'There is no passkey to use.',
  passkey_registered: 'This passkey is registered already.',
  too_many_methods: 'You have as many passkeys as possible.',
  forbidden: 'This is not possible with this account.',
  unauthorized: 'Sign in again.',
  NotAllowedError: 'No passkey was used. Try again, or use another way.',
  InvalidStateError: 'This passkey is registered already.',
  SecurityError: 'Passkeys do not work at this address.',
};

const $ = (id) => document.getElementById(id);
/** Whether this browser speaks WebAuthn in JSON (level 3). */
const HAS_PASSKEYS = 'parseRequestOptionsFromJSON' in (globalThis.PublicKeyCredential ?? {});

/** What the proof is for: where it is sent, and what comes after it. Aborting ends an open prompt of the browser. */
let waiting;
let prompt = new AbortController();

function say(text) {
  $('status').textContent = text;
}

/** Shows one part of the page. */
function show(part) {
  for (const id of ['login', 'proof', 'account']) $(id).hidden = id !== part;
  $(part).querySelector('input:not([hidden]), button:not([hidden])')?.focus();
}

/** A refusal of the server, by its code. */
class Refusal extends Error {
  constructor(code) {
    super(code);
    this.name = code;
  }
}

async function post(path, body = {}, headers = {}) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Refusal(answer.code);
  return answer;
}

/** Names this browser; trust is in a cookie that no script reads. */
function fingerprint() {
  const name = localStorage.getItem('device') ?? crypto.randomUUID();
  localStorage.setItem('device', name);
  return name;
}

/** Asks for a proof by the methods that the user has. */
function askForProof(methods, path, then) {
  waiting = { path, then };
  $('code').hidden = !methods.totp;
  $('passkey').hidden = !(methods.passkey && HAS_PASSKEYS);
  $('nothing').hidden = !($('code').hidden && $('passkey').hidden);
  $('code').reset();
  show('proof');
}

async function prove(name, proof) {
  const { path, then } = waiting;
  const answer = await post(`${path}/${name}`, proof);
  await then(answer);
}

async function usePasskey() {
  const options = await post('/passkey/options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey, signal: prompt.signal });
  await prove('passkey', { credential: credential.toJSON() });
}

async function signIn({ login, password }) {
  const answer = await post('/login', { login, password, fingerprint: fingerprint() });
  const enter = () => {
    $('login').reset();
    show('account');
    say('You are signed in.');
  };
  if (answer.proofRequired) askForProof(answer.methods, '/login', enter);
  else enter();
}

/** Pays with the receipt of an approval of this very payment. */
async function pay({ amount, payee }) {
  const payment = { amount, currency: 'EUR', payee };
  const finish = async ({ receipt }) => {
    show('account');
    await post('/pay', payment, { 'x-step-up-receipt': receipt });
    say(`Paid ${amount} EUR to ${payee}.`);
  };
  const answer = await post('/approval', payment);
  if (answer.proofRequired) askForProof(answer.methods, '/approval', finish);
  else await finish(answer);
}

async function addPasskey({ name }) {
  const options = await post('/passkeys/options').catch((error) => {
    if (error.name === 'fresh_mfa_required') return undefined;
    throw error;
  });
  if (!options) {
    const again = async () => {
      show('account');
      await addPasskey({ name });
    };
    const answer = await post('/passkeys/approval');
    return answer.proofRequired ? askForProof(answer.methods, '/approval', again) : again();
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey, signal: prompt.signal });
  await post('/passkeys', { name, credential: credential.toJSON() });
  say(`Passkey added: ${name}`);
}

async function signOut() {
  show('login');
  await post('/logout');
  say('You are signed out.');
}

async function startOver() {
  if (waiting.path === '/login') await signOut();
  else show('account');
}

/** Does one thing at a time, and says why it did not work. Another way chosen ends a prompt that is still open. */
async function attempt(work) {
  prompt.abort();
  prompt = new AbortController();
  const { signal } = prompt;
  say('');
  try {
    await work();
  } catch (error) {
    if (!signal.aborted) say(MESSAGES[error.name] ?? 'That did not work. Try again later.');
    if (error.name === 'unauthorized') show('login');
  }
}

for (const [id, work] of Object.entries({
  login: signIn,
  code: ({ code }) => prove('code', { code }),
  payment: pay,
  register: addPasskey,
}))
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    void attempt(() => work(fields));
  });
for (const [id, work] of Object.entries({ passkey: usePasskey, back: startOver, logout: signOut }))
  $(id).addEventListener('click', () => void attempt(work));
$('register').hidden = !HAS_PASSKEYS;
