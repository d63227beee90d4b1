package dev.perennial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerResponseTest {
  private static final ServerResponse REFUSAL =
      ServerResponse.of(
              429,
              "h2",
              Map.of("Content-Type", List.of("application/json"), "Set-Cookie", List.of("a", "b")))
          .withBody("{\"key\":\"CANARY\"}")
          .withRetryAfter(Duration.ofSeconds(30));

  @Test
  void headersAreFoundInEitherCase() {
    assertEquals("application/json", REFUSAL.header("content-type"));
    assertEquals("a", REFUSAL.header("SET-COOKIE"));
    assertEquals(List.of("a", "b"), REFUSAL.headers().get("set-cookie"));
    assertNull(REFUSAL.header("Date"));
  }

  @Test
  void cannotBeChanged() {
    List<String> values = new ArrayList<>(List.of("1"));
    ServerResponse response = ServerResponse.of(200, "", Map.of("X", values));

    values.add("2");

    assertEquals(List.of("1"), response.headers().get("x"));
    assertThrows(UnsupportedOperationException.class, () -> response.headers().remove("X"));
  }

  @Test
  void textShowsNoValues() {
    assertEquals(
        "ServerResponse(429, h2, content-type: …, set-cookie: …, a body of 16 characters)",
        REFUSAL.toString());
    assertEquals(
        "ServerResponse(200, a body of more than 5 characters)",
        ServerResponse.of(200, "", Map.of()).withBodyCut("begin").toString());
  }

  @Test
  void isValue() {
    ServerResponse same =
        ServerResponse.of(
                429,
                "h2",
                Map.of(
                    "content-type", List.of("application/json"), "set-cookie", List.of("a", "b")))
            .withBody("{\"key\":\"CANARY\"}")
            .withRetryAfter(Duration.ofSeconds(30));

    assertEquals(REFUSAL, same);
    assertEquals(REFUSAL.hashCode(), same.hashCode());
    assertFalse(REFUSAL.equals(REFUSAL.withBodyCut(REFUSAL.body())));
    assertTrue(REFUSAL.isBodyComplete());
  }
}
