/** The messages in English. */
import type { Wording } from '../wording';

export const EN: Wording = {
  dates: 'en-GB',
  labels: { when: 'When', where: 'Where', device: 'Device', method: 'Method', affected: 'Affected' },
  unknownPlace: 'Unknown place',
  unknownDevice: 'Unknown device',
  browserOnSystem: '{browser} on {os}',
  methods: {
    totp: 'Authenticator app (codes)',
    push: 'Authenticator app (push)',
    backupCode: 'Backup codes',
    passkey: 'Passkey',
  },
  lanes: { trusted: 'Sign-ins on devices you trust', untrusted: 'Sign-ins on all other devices' },
  yourCode: 'Your code',
  footer:
    'You get this message because it is about the security of your account. Nobody will ever ask you for a code.',
  notices: {
    enrollment_code: {
      subject: 'Your code to set up a second factor',
      what: 'Enter this code to set up a second factor for your account. It is valid for {minutes} minutes.',
      advice: 'If you did not try to sign in, somebody knows your password: change it.',
    },
    recovery_code: {
      subject: 'Your code to recover your account',
      what: 'Enter this code to choose a new password for your account. It is valid for {minutes} minutes.',
      advice: 'If you did not ask for it, ignore this message: without the code nothing happens.',
    },
    account_recovered: {
      subject: 'Your account was recovered',
      what: 'Your password was changed by account recovery, and all your sessions were ended.',
      advice:
        'If this was not you, tell your administrator at once, and secure your mailbox: the code was sent to it.',
    },
    password_changed: {
      subject: 'Your password was changed',
      what: 'The password of your account was changed, and everybody signed in elsewhere was signed out.',
      advice: 'If this was not you, tell your administrator at once.',
    },
    address_changed: {
      subject: 'The e-mail address of your account was changed',
      what: 'An administrator changed the e-mail address of your account. This is the last message to this address.',
      advice: 'If you did not ask for this, tell your administrator at once.',
    },
    block_released: {
      subject: 'A blocked sign-in was released',
      what: 'A sign-in to your account had been blocked. An administrator has released it: for a short time this device is asked for a second factor instead.',
      advice: 'If you did not ask for this, tell your administrator at once.',
    },
    new_device: {
      subject: 'Sign-in on a new device',
      what: 'Somebody signed in to your account on a device that was not used before.',
      advice:
        'If this was you, there is nothing to do. If not, report the session in your account and change your password at once.',
    },
    factor_added: {
      subject: 'A second factor was added',
      what: 'A new way to prove that it is you was added to your account.',
      advice: 'If this was not you, tell your administrator at once.',
    },
    factor_removed: {
      subject: 'A second factor was removed',
      what: 'A way to prove that it is you was removed from your account.',
      advice: 'If this was not you, tell your administrator at once.',
    },
    factors_reset: {
      subject: 'Your second factors were removed',
      what: 'An administrator removed all second factors of your account and ended your sessions. You can set them up anew at your next sign-in.',
      advice: 'If you did not ask for this, speak to your administrator.',
    },
    authenticator_disabled: {
      subject: 'Your authenticator was switched off',
      what: 'Too many wrong codes in a row were entered for your account. To protect it, codes are no longer accepted until an administrator unlocks it.',
      advice:
        'If it was not you who entered them, somebody knows your password: change it, and speak to your administrator.',
    },
    backup_codes_low: {
      subject: 'Your backup codes are running out',
      what: 'Backup codes left: {left}. Make new ones in your account before you need them.',
      advice:
        'If you did not use a backup code lately, make new ones now: that makes the old ones worthless.',
    },
    passkey_disabled: {
      subject: 'One of your passkeys was switched off',
      what: 'A passkey of your account was used in a way that suggests a copy of it. The sign-in was refused, and the passkey is no longer accepted; your other methods work.',
      advice:
        'Remove this passkey from your account and add a new one. If it was not you who tried to sign in, somebody knows your password and may have your key: change the password and tell your administrator.',
    },
    push_reported: {
      subject: 'You reported a sign-in',
      what: 'A request to approve a sign-in was answered with "this was not me". The sign-in was refused.',
      advice:
        'Whoever asked knows your password: change it. If it was not you who reported it, check who has access to your authenticator.',
    },
    push_switched_off: {
      subject: 'You denied sign-ins on your device',
      what: 'Requests to approve a sign-in were denied on your device. The sign-in was ended, and approvals are switched off for 15 minutes; your other methods work.',
      advice: 'If you did not try to sign in, somebody knows your password: change it.',
    },
    session_reported: {
      subject: 'You reported a session',
      what: 'A session of your account was reported as somebody else’s. It was ended, and its device is no longer trusted.',
      advice:
        'Change your password if you have not done so. If it was not you who reported it, do it at once.',
    },
  },
};
