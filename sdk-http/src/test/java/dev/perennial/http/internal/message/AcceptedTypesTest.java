package dev.perennial.http.internal.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedTypesTest {
  private final AcceptedTypes events = AcceptedTypes.of(List.of("text/event-stream"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "TEXT/Event-Stream",
        "text/event-stream; charset=utf-8",
        "text/event-stream;",
        "text/event-stream ;; x",
        "  text/event-stream"
      })
  void caseAndParametersDoNotCount(String contentType) {
    assertTrue(events.accepts(contentType));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", ";", "text/html", "text/event-streams", "text", "event-stream"})
  void anythingElseIsRefused(String contentType) {
    assertFalse(events.accepts(contentType));
  }

  @Test
  void rangesAccept() {
    assertTrue(AcceptedTypes.of(List.of("text/*")).accepts("text/plain"));
    assertFalse(AcceptedTypes.of(List.of("text/*")).accepts("application/json"));
    assertTrue(AcceptedTypes.of(List.of("*/*")).accepts("application/json"));
    assertTrue(AcceptedTypes.of(List.of("*/*;q=0.5")).accepts(""));
    assertTrue(AcceptedTypes.of(List.of("text/plain", "*/*")).accepts(null));
    assertFalse(AcceptedTypes.of(List.of("text/*")).accepts(null));
  }

  @Test
  void theHeaderKeepsParametersAndTheMessageDoesNot() {
    AcceptedTypes types =
        AcceptedTypes.of(List.of("application/x-ndjson", "application/json;q=0.9"));

    assertEquals("application/x-ndjson, application/json;q=0.9", types.header());
    assertEquals("application/x-ndjson or application/json", types.toString());
  }

  @Test
  void whatIsNotAskedForMayBeAcceptedToo() {
    AcceptedTypes types = events.and(List.of("text/x-events"));

    assertTrue(types.accepts("text/event-stream"));
    assertTrue(types.accepts("Text/X-Events; charset=utf-8"));
    assertEquals("text/event-stream", types.header());
    assertEquals("text/event-stream", types.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "text/", "text/a b", "text/a\r\nX: y", "text/a;q=\n"})
  void whatIsNoContentTypeIsRefused(String contentType) {
    assertThrows(IllegalArgumentException.class, () -> AcceptedTypes.of(List.of(contentType)));
  }

  @Test
  void atLeastOneIsNeeded() {
    assertThrows(IllegalArgumentException.class, () -> AcceptedTypes.of(List.of()));
  }
}
