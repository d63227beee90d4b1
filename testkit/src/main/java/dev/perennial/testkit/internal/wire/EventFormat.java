package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;

/** Formats a log's events for the body of an HTTP response. */
interface EventFormat {

  String contentType();

  /** Adds what precedes the first event, if anything. */
  default void addStart(ByteBuilder out) {}

  void addEvent(ByteBuilder out, LoggedEvent event);

  void addHeartbeat(ByteBuilder out);
}
