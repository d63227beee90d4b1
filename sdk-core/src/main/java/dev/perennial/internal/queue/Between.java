package dev.perennial.internal.queue;

import dev.perennial.Gap;
import dev.perennial.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What waits between two events of a {@link DeliveryQueue}: at most one entry of each kind, however
 * much comes. Not thread-safe.
 *
 * <p>Of states and of checkpoints the last one counts, and it moves to the end: a checkpoint must
 * not be passed before anything that came before it. Gaps of one reason, and marks of dropped
 * events, are added up in the place of the first: a consumer may learn of a gap early, but not
 * after the cursor has moved past it.
 */
public final class Between {

  /** Moves the acknowledged cursor; {@code passed} runs when everything before it is processed. */
  public record Checkpoint(Runnable passed) {}

  /** A checkpoint that the last one of some dropped events leaves behind. */
  public record DroppedUpTo(@Nullable String cursor) {}

  /** Marks where events were dropped, and how many. */
  public record Dropped(long count) {}

  private final List<Object> entries = new ArrayList<>(4);

  void add(Object entry) {
    for (int i = 0; i < entries.size(); i++) {
      Object earlier = entries.get(i);
      if (kind(earlier).equals(kind(entry))) {
        if (isLoss(entry)) {
          entries.set(i, sum(earlier, entry));
          return;
        }
        entries.remove(i);
        break;
      }
    }
    entries.add(entry);
  }

  void addAll(Between later) {
    later.entries.forEach(this::add);
  }

  private static Object kind(Object entry) {
    if (entry instanceof Gap gap) {
      return gap.reason();
    } else if (entry instanceof StreamState) {
      return StreamState.class;
    } else if (entry instanceof Dropped) {
      return Dropped.class;
    }
    return Checkpoint.class;
  }

  /** Whether the consumer has to learn of it: something is missing. */
  static boolean isLoss(Object entry) {
    return entry instanceof Gap || entry instanceof Dropped;
  }

  private static Object sum(Object earlier, Object later) {
    if (earlier instanceof Gap first && later instanceof Gap last) {
      String key = first.sequenceKey();
      return Gap.of(
          first.reason(),
          first.lastCursor(),
          sum(first.missed(), last.missed()),
          Objects.equals(key, last.sequenceKey()) ? key : null,
          last.detail());
    }
    return new Dropped(((Dropped) earlier).count + ((Dropped) later).count);
  }

  private static long sum(long missed, long more) {
    return missed == Gap.UNKNOWN || more == Gap.UNKNOWN ? Gap.UNKNOWN : missed + more;
  }

  /** Returns the first entry, of which there is one. */
  Object first() {
    return entries.get(0);
  }

  void removeFirst() {
    entries.remove(0);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  boolean holdsLoss() {
    return entries.stream().anyMatch(Between::isLoss);
  }
}
