/**
 * Attackers with the victim's password. One recipe a label: which address, which browser, whose fingerprint.
 * Nobody of them has the second factor: what is let in without it is a break-in.
 */
import { createDevice, newFingerprint, type Device } from './device';
import { exitIn, foreignExit, foreignLine, neighbourLine, residentialProxy, torExit } from './attack-exits';
import type { AttackLabel, DraftEvent } from './labelled-event';
import type { Random } from './random';
import type { Completed } from './user-day';
import type { User } from './user';
import { TOOL_AGENTS, userAgentOn } from './user-agents';
import type { World } from './world';

export interface AttackScene {
  readonly world: World;
  readonly random: Random;
  readonly day: number;
  readonly user: User;
  /** When it begins, epoch ms. */
  readonly at: number;
  /** The victim's device of the last sign-in. */
  readonly device: Device;
  /** The victim's sign-in that a hijack follows. */
  readonly after?: Completed;
  /** Attackers with a copied fingerprint pass as the trusted device. */
  readonly holdTokens: boolean;
}

interface Disguise {
  readonly ip: string;
  readonly userAgent: string;
  readonly fingerprint: string;
}

/** Ways to an address with their shares; a way that leads nowhere gives place to a line abroad. */
type Ways = readonly (readonly [way: () => string | undefined, share: number])[];

const TOOL_SHARE = 0.08;
const SAME_AGENT_SHARE = 0.3;
const CLONED_HIJACK_SHARE = 0.12;
const MFA_ABANDON_SHARE = 0.4;
const FAILURES = [10, 70] as const;
/** Guessing ends in the window of a quarter of an hour in which failures count. */
const GUESS_MS = [1_500, 10_000] as const;
const CLIENTS = ['app-mail', 'app-mail', 'app-crm', 'app-payroll', 'app-wiki'] as const;

const RECIPES: Readonly<Record<AttackLabel, (scene: AttackScene) => Disguise>> = {
  naive: (scene) => ({ ip: carelessAddress(scene), ...strangeBrowser(scene) }),
  vpn: (scene) => ({ ip: addressInCountry(scene), ...plausibleBrowser(scene) }),
  targeted: ({ user, random, device, day }) => ({
    ip: neighbourLine(user, random),
    userAgent: userAgentOn(device.agent, day),
    fingerprint: newFingerprint(random),
  }),
  cloned_hosting: (scene) => ({ ip: hostingAddress(scene), ...clonedBrowser(scene) }),
  cloned_isp: (scene) => ({ ip: neighbourLine(scene.user, scene.random), ...clonedBrowser(scene) }),
  far_hijack: (scene) => {
    const isCloned = scene.random.chance(CLONED_HIJACK_SHARE);
    return { ip: farAddress(scene), ...(isCloned ? clonedBrowser(scene) : plausibleBrowser(scene)) };
  },
  brute_force: (scene) => ({ ip: guessingAddress(scene), ...strangeBrowser(scene) }),
};

/** The events of one attack in time order: guesses, if any, and then the sign-in with the right password. */
export function attack(label: AttackLabel, scene: AttackScene): readonly DraftEvent[] {
  const { random, user } = scene;
  const disguise = RECIPES[label](scene);
  const isTrusted = scene.holdTokens && disguise.fingerprint === scene.device.fingerprint;
  const event: DraftEvent = {
    at: scene.at,
    userId: user.id,
    clientId: random.pick(CLIENTS),
    ...disguise,
    outcome: 'ok',
    mfa: random.chance(MFA_ABANDON_SHARE) ? 'abandon' : 'fail',
    ...(!isTrusted && { holdsDeviceToken: false }),
    label,
  };
  return label === 'brute_force' ? withGuesses(event, random) : [event];
}

function withGuesses(event: DraftEvent, random: Random): readonly DraftEvent[] {
  const events: DraftEvent[] = [];
  let { at } = event;
  for (let left = random.between(...FAILURES); left > 0; left -= 1) {
    events.push({ ...event, at, outcome: 'failed_first_factor' });
    at += random.between(...GUESS_MS);
  }
  return [...events, { ...event, at }];
}

function strangeBrowser({ random, day }: AttackScene): Pick<Disguise, 'userAgent' | 'fingerprint'> {
  const { agent } = createDevice(random.chance(0.8) ? 'computer' : 'phone', 0, random);
  const isTool = random.chance(TOOL_SHARE);
  return {
    userAgent: isTool ? random.pick(TOOL_AGENTS) : userAgentOn(agent, day),
    fingerprint: newFingerprint(random),
  };
}

/** A common browser; some have read in the leak which one the victim uses. */
function plausibleBrowser({ random, day, device }: AttackScene): Pick<Disguise, 'userAgent' | 'fingerprint'> {
  const copied = random.chance(SAME_AGENT_SHARE) ? device : createDevice('computer', 0, random);
  return { userAgent: userAgentOn(copied.agent, day), fingerprint: newFingerprint(random) };
}

function clonedBrowser({ device, day }: AttackScene): Pick<Disguise, 'userAgent' | 'fingerprint'> {
  return { userAgent: userAgentOn(device.agent, day), fingerprint: device.fingerprint };
}

/** Another country, by whatever is at hand. */
function carelessAddress(scene: AttackScene): string {
  const { world, random, user } = scene;
  const away = { from: user.home.provider.country };
  return firstOf(scene, [
    [() => foreignLine(world, away, random), 45],
    [() => foreignExit(world.hosting, away, random), 35],
    [() => foreignExit(world.vpn, away, random), 10],
    [() => torExit(world, random), 10],
  ]);
}

/** The victim's country, so that no new country shows. */
function addressInCountry(scene: AttackScene): string {
  const { world, random, user } = scene;
  const { country } = user.home.provider;
  return firstOf(scene, [
    [() => exitIn(world.vpn, country, random), 65],
    [() => residentialProxy(world, user, random), 30],
    [() => exitIn(world.hosting, country, random), 5],
  ]);
}

/** A rented server, in the victim's country where there is one. */
function hostingAddress(scene: AttackScene): string {
  const { world, random, user } = scene;
  const { country } = user.home.provider;
  return firstOf(scene, [
    [() => exitIn(world.hosting, country, random), 90],
    [() => foreignExit(world.hosting, { from: country }, random), 10],
  ]);
}

function farAddress(scene: AttackScene): string {
  const { world, random, user, after } = scene;
  const place = after?.spot.point ?? user.home.block;
  const away = { from: user.home.provider.country, place };
  return firstOf(scene, [
    [() => foreignLine(world, away, random), 80],
    [() => foreignExit(world.hosting, away, random), 20],
  ]);
}

function guessingAddress(scene: AttackScene): string {
  const { world, random, user } = scene;
  const away = { from: user.home.provider.country };
  return firstOf(scene, [
    [() => foreignExit(world.hosting, away, random), 45],
    [() => foreignLine(world, away, random), 30],
    [() => foreignExit(world.vpn, away, random), 15],
    [() => residentialProxy(world, user, random), 10],
  ]);
}

function firstOf({ random, user, world }: AttackScene, ways: Ways): string {
  const [way] = random.pickBy(ways, ([, share]) => share);
  return way() ?? residentialProxy(world, user, random);
}
