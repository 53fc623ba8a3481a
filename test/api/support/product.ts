/** The product for one test file: started before its tests, checked and stopped after them. */
import { startStack, type Stack, type StackOptions } from '../../support/stack';
import { createActors, type Actors } from './actors';
import { assertOneTerminalEventEach } from './audit';

export interface Product {
  readonly stack: Stack;
  readonly actors: Actors;
}

/** Registers the hooks; every file that signs in ends with the check of its audit trail. */
export function useProduct(options: StackOptions & { signsIn?: boolean } = {}): Product {
  let product: Product | undefined;
  const started = (): Product => {
    if (!product) throw new Error('the product runs inside tests only');
    return product;
  };
  beforeAll(async () => {
    const stack = await startStack(options);
    product = { stack, actors: createActors(stack) };
  });
  afterAll(async () => {
    try {
      if (options.signsIn !== false) await assertOneTerminalEventEach(started().stack);
    } finally {
      await product?.stack.stop();
    }
  });
  return {
    get stack() {
      return started().stack;
    },
    get actors() {
      return started().actors;
    },
  };
}
