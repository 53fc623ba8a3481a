import fc from 'fast-check';
import { findInterval, mergeRanges, type AddressRange } from '../../network/intervals';

const word = fc.integer({ min: 0, max: 40 });
const ranges = fc.array(fc.tuple(word, fc.integer({ min: 0, max: 6 })), { maxLength: 25 });

function contains(list: readonly [number, number][], value: number): boolean {
  return list.some(([start, length]) => value >= start && value <= start + length);
}

test('merged intervals hold exactly the addresses of the ranges, in order and without touching', () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const table = mergeRanges(
        1,
        list.map(([start, length]) => ({ start: [start], end: [start + length] })),
      );
      for (let value = 0; value <= 50; value += 1) {
        expect(findInterval(table, [value]) >= 0).toBe(contains(list, value));
      }
      for (let index = 1; index < table.count; index += 1) {
        expect(table.starts[index]).toBeGreaterThan((table.ends[index - 1] ?? 0) + 1);
      }
    }),
  );
});

test('IPv6 intervals compare all four words', () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 0, max: 3 }), (list, position) => {
      const at = (value: number): number[] => [0, 1, 2, 3].map((index) => (index === position ? value : 7));
      const table = mergeRanges(
        4,
        list.map(([start, length]): AddressRange => ({ start: at(start), end: at(start + length) })),
      );
      for (let value = 0; value <= 50; value += 1) {
        if (contains(list, value)) expect(findInterval(table, at(value))).toBeGreaterThanOrEqual(0);
      }
      expect(findInterval(table, at(60))).toBe(-1);
    }),
  );
});

test('neighbours across a word boundary become one interval', () => {
  const table = mergeRanges(4, [
    { start: [1, 0, 0, 0], end: [1, 0xffffffff, 0xffffffff, 0xffffffff] },
    { start: [2, 0, 0, 0], end: [2, 0, 0, 0] },
  ]);
  expect(table.count).toBe(1);
});

test('the last address of a family ends an interval without wrapping around', () => {
  const table = mergeRanges(1, [
    { start: [0xffffff00], end: [0xffffffff] },
    { start: [0], end: [5] },
  ]);
  expect(table.count).toBe(2);
  expect(findInterval(table, [0xffffffff])).toBe(1);
  expect(findInterval(table, [6])).toBe(-1);
});

test('an empty table holds nothing', () => {
  expect(findInterval(mergeRanges(1, []), [0])).toBe(-1);
  expect(findInterval(mergeRanges(4, []), [0, 0, 0, 0])).toBe(-1);
});
