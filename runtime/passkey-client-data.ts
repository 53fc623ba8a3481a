/** Client data of a WebAuthn ceremony: the check that the library leaves to us. */
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';

/** Whether the page that asked was no frame in a page of another origin. False for what cannot be read. */
export function isOfTopLevelPage(clientDataJSON: string): boolean {
  try {
    const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
    return (crossOrigin === undefined || crossOrigin === false) && topOrigin === undefined;
  } catch {
    return false;
  }
}
