import { remembering } from '../../evaluation/remembering';

it('asks once for each text, and again only for what it had to forget', () => {
  const asked: string[] = [];
  const find = remembering((text) => (asked.push(text), { text }), 2);
  for (const text of ['a', 'a', 'b', 'c', 'c', 'a']) expect(find(text)).toEqual({ text });
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
