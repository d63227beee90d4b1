package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Options that are invalid, or invalid together, are refused when they are set. */
class BuilderTest {
  private final WebSockets.Builder builder = WebSockets.builder("wss://h.example/ws");

  private static void assertRefused(String words, Executable option) {
    assertEquals(words, assertThrows(RuntimeException.class, option).getMessage());
  }

  @Test
  void twoWaysToLive() {
    builder.pingEvery(Duration.ofSeconds(5));
    assertRefused(
        "heartbeatEvery(…) cannot be combined with pingEvery(…)",
        () -> builder.heartbeatEvery(Duration.ofSeconds(5), "alive"));
    WebSockets.Builder other =
        WebSockets.builder("wss://h.example/ws").heartbeatEvery(Duration.ofSeconds(5), "alive");
    assertRefused(
        "pingEvery(…) cannot be combined with heartbeatEvery(…)",
        () -> other.pingEvery(Duration.ofSeconds(5)));
  }

  @Test
  void intervalsAndBoundsThatAreNotPositive() {
    assertRefused(
        "pingEvery must be positive but was PT0S", () -> builder.pingEvery(Duration.ZERO));
    assertRefused(
        "heartbeatEvery must be positive but was PT-1S",
        () -> builder.heartbeatEvery(Duration.ofSeconds(-1), ""));
    assertRefused(
        "inboundQueue must have positive messages and bytes but was 0 and 1",
        () -> builder.inboundQueue(0, 1));
    assertRefused(
        "maxInflation must have a positive ratio and bytesPerSecond but was 0 and 1",
        () -> builder.maxInflation(0, 1));
    assertRefused(
        "compressed needs at least one offer", () -> builder.compressed(new CompressionOffer[0]));
  }

  @Test
  void subprotocolsThatAreNone() {
    assertRefused("subprotocols needs at least one name", () -> builder.subprotocols());
    assertRefused(
        "subprotocols must be tokens such as chat.v2 but was \"chat v2\"",
        () -> builder.subprotocols("chat v2"));
    assertRefused(
        "subprotocols must be different but \"a\" was given twice",
        () -> builder.subprotocols("a", "a"));
  }

  @Test
  void cursorWithoutAWayToTheServer() {
    builder.cursor(payload -> "7");
    assertRefused(
        "cursor(…) needs a way to the server: cursorParameter(…), cursorHeader(…),"
            + " cursorInRequest() or a message on open",
        builder::stream);
    builder.onOpen((out, cursor) -> out.send("since " + cursor)).stream();
  }

  @Test
  void urlsOfOtherSchemes() {
    assertRefused(
        "url must start with ws://, wss://, http:// or https:// and name a host but was"
            + " \"ftp://h.example/\"",
        () -> WebSockets.stream("ftp://h.example/"));
  }
}
