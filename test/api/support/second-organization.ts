/** Another tenant with an operator of its own. */
import { PERMISSIONS } from '../../../domain/access/permissions';
import type { HttpAnswer } from '../../support/http-client';
import type { Application } from './actors';
import type { Product } from './product';

export interface SecondOrganization {
  readonly id: string;
  readonly operator: Application;
  /** As that organization's operator. */
  readonly call: (method: string, path: string, body?: object) => Promise<HttpAnswer>;
}

/** Creates the organization in the database, and hands it an application with every scope. */
export async function secondOrganization(product: Product): Promise<SecondOrganization> {
  const id = 'org_BBBBBBBBBBBBBBBBBBBBBB';
  const { pool } = product.stack.database;
  await pool.query(`insert into organizations (id, name) values ($1, 'Second') on conflict do nothing`, [id]);
  const operator = await product.actors.application();
  await pool.query(`update applications set organization_id = $2, scopes = $3 where client_id = $1`, [
    operator.clientId,
    id,
    [...PERMISSIONS],
  ]);
  return {
    id,
    operator,
    call: (method, path, body) =>
      product.stack.call(method, path, {
        as: operator.clientId,
        clientSecret: operator.clientSecret,
        ...(body && { body }),
      }),
  };
}
