package dev.perennial.internal.engine;

import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.resume.DedupeScope;
import dev.perennial.internal.resume.Fingerprint;
import dev.perennial.internal.resume.RecentIds;
import dev.perennial.internal.resume.RecentIds.Sighting;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.spi.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Finds the events that were delivered before. An event is a replay if an earlier connection
 * brought its id with the same content; where the caller says that ids are unique, the id is
 * enough. Used by the engine thread only.
 *
 * <p>{@link #isReplay} looks at each event; for one that is taken in, {@link #taken} follows.
 */
final class ReplayFilter {
  private final DedupeScope scope;
  private final Notifier notifier;

  /** Null when nothing is suppressed, from the start or since an id came twice on a connection. */
  private @Nullable RecentIds recentIds;

  private boolean isReported; // That ids are not unique.

  /**
   * The cursor that the stream was started after, until the first event with an id; null from then
   * on. A server that includes the event of the cursor sends it first.
   */
  private @Nullable String startedAfter;

  private boolean canRecognise; // The event that was looked at last.

  ReplayFilter(SubscriptionSettings.Resume settings, Notifier notifier) {
    this.scope = settings.dedupeScope();
    this.recentIds = scope == DedupeScope.NOTHING ? null : new RecentIds(settings.dedupeSize());
    this.notifier = notifier;
  }

  /** The next connection asks for what comes after {@code cursor}; null for no cursor. */
  void startAfter(@Nullable String cursor) {
    startedAfter = cursor;
  }

  /** Forgets what was delivered: from here on the same ids may be other events. */
  void clear() {
    startedAfter = null;
    if (recentIds != null) {
      recentIds.clear();
    }
  }

  /**
   * Whether the event was delivered before and is suppressed, which is reported.
   *
   * @param id the event's own; null when it has none
   */
  boolean isReplay(@Nullable String id, Frame frame, long connection) throws CallbackException {
    RecentIds ids = recentIds;
    canRecognise = ids != null && id != null;
    if (ids == null || id == null) {
      return false;
    }
    boolean isOfTheStart = id.equals(startedAfter);
    startedAfter = null;
    long content = scope == DedupeScope.REPLAYS ? Fingerprint.of(frame) : 0;
    Sighting sighting = ids.look(id, content, connection);
    if (sighting == Sighting.NEW && isOfTheStart) {
      ids.add();
      sighting = Sighting.REPLAYED;
    }
    boolean isNotUnique =
        scope == DedupeScope.REPLAYS
            && (sighting == Sighting.REPEATED || sighting == Sighting.CHANGED);
    if (isNotUnique) {
      notUnique(id, sighting);
      return false;
    }
    if (sighting != Sighting.NEW) {
      notifier.duplicate(id);
    }
    return sighting != Sighting.NEW;
  }

  private void notUnique(String id, Sighting sighting) throws CallbackException {
    if (sighting == Sighting.REPEATED) {
      recentIds = null; // Ids name entities, whose contents may come again as new events.
    }
    if (!isReported) {
      isReported = true;
      notifier.idsNotUnique(id);
    }
  }

  /** Whether the event with this id was taken before, as far as is remembered. */
  boolean hasTaken(String id) {
    return recentIds != null && recentIds.contains(id);
  }

  /** Whether the event that was looked at last would have been recognised as a replay. */
  boolean canRecognise() {
    return canRecognise;
  }

  /** Remembers the event that was looked at last. */
  void taken() {
    if (recentIds != null && canRecognise) {
      recentIds.add();
    }
  }
}
