package dev.perennial.sample;

import android.content.res.Resources;

/** Says how many events were received and how many are missing. */
final class FeedSummary {
  private FeedSummary() {}

  static String of(Feed feed, Resources resources) {
    String words = plural(resources, R.plurals.events, feed.events());
    if (feed.missed() > 0) {
      words = joined(resources, words, plural(resources, R.plurals.missed, feed.missed()));
    }
    if (feed.unknownGaps() > 0) {
      words = joined(resources, words, plural(resources, R.plurals.gaps, feed.unknownGaps()));
    }
    return words;
  }

  private static String joined(Resources resources, String one, String other) {
    return resources.getString(R.string.summary_joined, one, other);
  }

  static String plural(Resources resources, int plurals, long count) {
    int quantity = (int) Math.min(count, Integer.MAX_VALUE);
    return resources.getQuantityString(plurals, quantity, count);
  }
}
