/** What a profile unlearns when its user says that a sign-in was somebody else's. */
import type { RiskProfile } from './profile';

/** The profile without the device and the address of a reported sign-in: both are new the next time. */
export function forget(
  profile: RiskProfile,
  reported: { readonly deviceKey: string; readonly ipKey: string },
): RiskProfile {
  const { lastSignIn, ...rest } = profile;
  return {
    ...rest,
    devices: profile.devices.filter(({ key }) => key !== reported.deviceKey),
    networks: profile.networks.filter(({ ipKey }) => ipKey !== reported.ipKey),
    // Travel is measured from it: from where a stranger was, the owner would seem to have jumped.
    ...(lastSignIn && lastSignIn.ipKey !== reported.ipKey && { lastSignIn }),
  };
}
