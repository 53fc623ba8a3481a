import { FEED_SOURCES, mirroredSources } from '../../network/feed-sources';
import { classifyListName } from '../../network/list-naming';

describe('the table of sources', () => {
  test('names every list so that its class is known, and only over https', () => {
    const classes = FEED_SOURCES.map((source) => classifyListName(source.name)?.class);
    expect(new Set(classes)).toEqual(new Set(['tor_exit', 'threat_intel', 'vpn', 'hosting']));
    for (const source of FEED_SOURCES) expect(new URL(source.url).protocol).toBe('https:');
  });

  test('can be pointed at a mirror, with or without a slash, and nowhere else', () => {
    for (const mirror of ['http://mirror.lan/lists', 'http://mirror.lan/lists/']) {
      expect(mirroredSources(FEED_SOURCES, mirror)[0]?.url).toBe(
        `http://mirror.lan/lists/${FEED_SOURCES[0]?.name}`,
      );
    }
    for (const mirror of ['file:///etc/', 'mirror.lan/lists']) {
      expect(() => mirroredSources(FEED_SOURCES, mirror)).toThrow(/THREAT_FEEDS_MIRROR/);
    }
  });
});
