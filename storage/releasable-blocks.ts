/** Blocked sign-ins whose block may still be waived for their device. */
import { firstRow, type Queryable } from './postgres';

export interface ReleasableBlock {
  readonly decisionId: string;
  readonly userId: string;
  readonly deviceKey: string;
}

/** The block by risk of this user, not older than told; `undefined` for any other decision. */
export async function findReleasableBlock(
  db: Queryable,
  block: { decisionId: string; userId: string; maxAgeSeconds: number },
): Promise<ReleasableBlock | undefined> {
  return firstRow(
    await db.query<ReleasableBlock>(
      `select id as "decisionId", user_id as "userId", facts->>'deviceKey' as "deviceKey" from sign_ins
       where id = $1 and user_id = $2 and purpose = 'sign-in' and outcome = 'block' and reason = 'risk_block'
         and created_at > now() - make_interval(secs => $3) and facts->>'deviceKey' is not null`,
      [block.decisionId, block.userId, block.maxAgeSeconds],
    ),
  );
}
