package dev.perennial;

import dev.perennial.internal.resume.DedupeScope;

/**
 * How replayed events are suppressed. Only ids that an event carried itself are looked at, never a
 * cursor that it took over from an earlier event.
 *
 * @since 0.1.0
 */
public final class DedupeWindow {
  static final int DEFAULT_SIZE = 1_024;
  private static final int MAX_SIZE = 1 << 20;

  private final DedupeScope scope;
  private final int size;

  private DedupeWindow(DedupeScope scope, int size) {
    this.scope = scope;
    this.size = size;
  }

  /**
   * Suppresses what an earlier connection has delivered: an event whose id is among the last {@code
   * size} ids, and whose type and undecoded data are the same. The same id with other content is
   * another event. An id that comes twice on one connection is delivered both times: ids of that
   * stream name entities, not events, and nothing is suppressed from then on. The default, with
   * 1,024 ids.
   *
   * <p>A reported gap of the whole stream clears the window: what comes after it is delivered, also
   * if it came before. The first event of a subscription that starts after a cursor is suppressed
   * when its id is that cursor.
   */
  public static DedupeWindow replays(int size) {
    return new DedupeWindow(DedupeScope.REPLAYS, checkedSize(size));
  }

  /**
   * Suppresses every id among the last {@code size}, whichever connection brought it and with
   * whatever content: for a server that makes each id once, but may write the same event in another
   * way when it replays it. A reported gap of the whole stream clears the window.
   */
  public static DedupeWindow lastIds(int size) {
    return new DedupeWindow(DedupeScope.EVERYWHERE, checkedSize(size));
  }

  /** Suppresses nothing. */
  public static DedupeWindow none() {
    return new DedupeWindow(DedupeScope.NOTHING, 0);
  }

  private static int checkedSize(int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "size must be from 1 to " + MAX_SIZE + " ids but was " + size);
    }
    return size;
  }

  DedupeScope scope() {
    return scope;
  }

  int size() {
    return size;
  }

  @Override
  public String toString() {
    return switch (scope) {
      case NOTHING -> "DedupeWindow.none()";
      case REPLAYS -> "DedupeWindow.replays(" + size + ")";
      case EVERYWHERE -> "DedupeWindow.lastIds(" + size + ")";
    };
  }
}
