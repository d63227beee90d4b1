package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;

/** How a log's events look in the body of an HTTP answer. */
interface EventFormat {

  String contentType();

  /** Adds what comes before the first event, if anything does. */
  default void addStart(ByteBuilder out) {}

  void addEvent(ByteBuilder out, LoggedEvent event);

  void addHeartbeat(ByteBuilder out);
}
