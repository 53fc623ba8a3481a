/** Encodes message and stack trace of failures as payloads too, so that the codec encrypts them. */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
