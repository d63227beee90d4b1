package dev.perennial.internal.settings;

import dev.perennial.Event;
import org.jspecify.annotations.Nullable;

/** Creates events; the constructor of {@link Event} is not public. */
@FunctionalInterface
public interface EventFactory<T> {

  /**
   * Creates an event.
   *
   * @param acknowledgement what acknowledges it; null unless acknowledgement is manual
   */
  Event<T> create(
      @Nullable String id,
      @Nullable String cursor,
      String type,
      T data,
      @Nullable Runnable acknowledgement);
}
