/** The authenticator at the command line. Its key lies in a file that only its user may read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, env, exit, stdout } from 'node:process';
import {
  answerPrompt,
  listPrompts,
  newDevice,
  pair,
  type Decision,
  type DeviceState,
  type Prompt,
} from './authenticator';

const USAGE = `authenticator pair <api> <pairing code> [name]   registers this device
authenticator list                               shows who asks for an approval
authenticator approve <challengeId> <number>     with the number on the sign-in screen
authenticator deny <challengeId>
authenticator report <challengeId>               it was not me
`;

interface Stored extends DeviceState {
  readonly address: string;
}

const file = env['AUTHENTICATOR_FILE'] ?? '.authenticator.json';
const say = (text: string) => stdout.write(`${text}\n`);
const load = () => JSON.parse(readFileSync(file, 'utf8')) as Stored;

function tell({ challengeId, clientName, place, device, at, action, transaction }: Prompt): void {
  say(`${challengeId}  ${clientName}, ${device}, ${place ?? 'unknown place'}, ${at}`);
  if (action !== undefined) say(`  for: ${action}`);
  for (const [name, value] of Object.entries(transaction ?? {})) say(`  ${name}: ${value}`);
}

async function register(address: string, pairingCode: string, name = 'Command line'): Promise<void> {
  const state = await pair(address, newDevice(env['AUTHENTICATOR_AUDIENCE'] ?? address), {
    pairingCode,
    name,
  });
  writeFileSync(file, JSON.stringify({ ...state, address }), { mode: 0o600, flag: 'wx' });
  say(`paired as ${state.deviceId}`);
}

async function answer(decision: Decision, challengeId: string, number?: string): Promise<void> {
  const state = load();
  const answered = await answerPrompt(state.address, state, {
    challengeId,
    decision,
    ...(number !== undefined && { number }),
  });
  say(
    answered.status === 200 ? 'sent' : `refused: ${answered.status} ${JSON.stringify(answered.body['code'])}`,
  );
  if (answered.status !== 200) exit(1);
}

async function main([command, first, second, third]: readonly string[]): Promise<void> {
  if (command === 'pair' && first && second) return register(first, second, third);
  if (command === 'list') {
    const state = load();
    return (await listPrompts(state.address, state)).forEach(tell);
  }
  if (command === 'approve' && first && second) return answer('approve', first, second);
  if ((command === 'deny' || command === 'report') && first) return answer(command, first);
  say(USAGE);
  exit(2);
}

void main(argv.slice(2)).catch((error: unknown) => {
  say(error instanceof Error ? error.message : 'it did not work');
  exit(1);
});
