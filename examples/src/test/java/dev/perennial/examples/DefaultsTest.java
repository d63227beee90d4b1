package dev.perennial.examples;

import static dev.perennial.examples.Internals.bytes;
import static dev.perennial.examples.Internals.constant;
import static dev.perennial.examples.Internals.count;
import static dev.perennial.examples.Internals.words;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.JsonField;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the tables of the guide with the code's constants. */
class DefaultsTest {
  private static final Pattern CODE = Pattern.compile("\\d{3,4}");

  @Test
  void everyDefaultIsTheCodes() throws IOException {
    Map<String, String> documented = new LinkedHashMap<>();
    for (List<String> row : rows("guide/defaults.md", 3)) {
      documented.put(row.get(0), row.get(1));
    }

    assertEquals(defaults(), documented);
  }

  private static Map<String, String> defaults() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "one attempt: request, name resolution, connecting, TLS and response",
        duration("Options", "DEFAULT_ATTEMPT_TIMEOUT"));
    all.put("base of the backoff", duration("RetryPolicy", "DEFAULT_BASE"));
    all.put("cap of the backoff", duration("RetryPolicy", "DEFAULT_CAP"));
    all.put("shortest delay", duration("RetryPolicy", "DEFAULT_FLOOR"));
    all.put("failed attempts in a row", policy("maxAttempts"));
    all.put("time spent failing in a row", policy("maxElapsed"));
    all.put(
        "longest `Retry-After` that is honored",
        duration("RetryPolicy", "DEFAULT_SERVER_DELAY_LIMIT"));
    all.put(
        "random part added to `Retry-After` and to fixed delays, up to",
        Math.round(100 * (double) constant("internal.retry.Jitter", "SPREAD")) + " %");
    all.put(
        "server's `retry:`, at least", nanos("internal.retry.JitteredBackoff", "MIN_SERVER_NANOS"));
    all.put("server's `retry:`, at most", duration("RetryPolicy", "DEFAULT_SERVER_DELAY_LIMIT"));
    all.put(
        "failure count is reset by an event on a connection open for, at most",
        nanos("internal.retry.JitteredBackoff", "LONGEST_RESET_NANOS"));
    all.put(
        "failure count is reset by a connection open for",
        duration("internal.retry.Reconnector", "RESET_WHEN_OPEN_FOR"));
    all.put(
        "failures that are fatal until first connected are then retried for",
        duration("internal.retry.Reconnector", "RETRY_ONCE_CONNECTED_LIMIT"));
    all.put(
        "the same failure at the same cursor is fatal after",
        number("internal.retry.Reconnector", "REPEATED_FAILURES") + " times");
    all.put(
        "retries against one host, burst",
        number("internal.retry.HostRateLimiter", "DEFAULT_BURST"));
    all.put(
        "retries against one host, per second",
        number("internal.retry.HostRateLimiter", "DEFAULT_PER_SECOND"));
    all.put(
        "random delay after `wake()`, up to",
        duration("internal.engine.RetryTimer", "WAKE_SPREAD"));
    all.put(
        "silence on another network after which a connection is replaced",
        duration("internal.engine.PathCheck", "GRACE"));
    all.put(
        "silence limit until a heartbeat was seen",
        duration("internal.engine.ReadLimits", "UNTIL_HEARTBEAT"));
    all.put(
        "learned silence limit, times the longest interval seen",
        number("internal.engine.ReadLimits", "HEARTBEATS_MISSED"));
    all.put(
        "learned silence limit, at least", duration("internal.engine.ReadLimits", "LEAST_LEARNED"));
    all.put(
        "one event, from its first byte to its last", duration("Options", "DEFAULT_EVENT_TIMEOUT"));
    all.put("age of a connection", "unlimited");
    all.put("ids remembered to drop replays", number("DedupeWindow", "DEFAULT_SIZE"));
    all.put("cursor is saved at most every", duration("Options", "DEFAULT_SAVE_EVERY"));
    all.put(
        "`JdbcCursorStore`: a row is taken over when it has not changed for",
        duration("jdbc.JdbcCursorStore", "DEFAULT_LEASE"));
    all.put(
        "the end waits for the last save",
        nanos("internal.resume.CursorWriter", "LAST_SAVE_NANOS"));
    String queue = number("Options", "DEFAULT_DELIVERY_BUFFER") + " events";
    all.put("queue of `withDeliveryOn`", queue);
    all.put(
        "an executor that begins no task is given up after",
        duration("Options", "DEFAULT_DELIVERY_WITHIN"));
    all.put("events that a reader reads ahead", queue);
    all.put(
        "suspected cursor: connections closed in a row",
        number("internal.retry.CursorSuspicion", "CLOSES"));
    all.put(
        "suspected cursor: each closed within",
        duration("internal.retry.CursorSuspicion", "EACH_WITHIN"));
    all.put(
        "suspected cursor: over at least",
        duration("internal.retry.CursorSuspicion", "FOR_AT_LEAST"));
    all.put("size of one event", size("http.ExchangeBuilder", "DEFAULT_MAX_EVENT_BYTES"));
    all.put("SSE: id of an event", size("spi.StreamBuilder", "MAX_CURSOR_BYTES"));
    all.put("SSE: type of an event", size("sse.SseFramer", "MAX_TYPE_BYTES"));
    all.put(
        "NDJSON: nesting depth of a line", number("ndjson.JsonFrames", "MAX_DEPTH") + " levels");
    all.put("NDJSON: cursor of a line", code("ndjson.Ndjson", "CURSOR_POINTER"));
    all.put(
        "NDJSON: query parameter that carries the cursor",
        code("ndjson.Ndjson", "CURSOR_PARAMETER"));
    all.put(
        "WebSocket: cursor or id of a message",
        "`" + ((JsonField) constant("http.UpgradeBuilder", "DEFAULT_CURSOR")).pointer() + "`");
    all.put(
        "WebSocket: interval between pings",
        duration("websocket.KeepAliveSettings", "DEFAULT_PING"));
    all.put(
        "WebSocket: messages waiting for the consumer",
        number("websocket.WebSockets$Builder", "DEFAULT_MESSAGES"));
    all.put(
        "WebSocket: bytes waiting for the consumer",
        size("websocket.WebSockets$Builder", "DEFAULT_BYTES"));
    all.put(
        "shared socket: messages of a subscription waiting for its consumer",
        number("websocket.SharedSocket$Builder", "DEFAULT_MESSAGES"));
    all.put(
        "shared socket: bytes of a subscription waiting for its consumer",
        size("websocket.SharedSocket$Builder", "DEFAULT_BYTES"));
    all.put(
        "shared socket: time for the confirmation of a subscription that is made again",
        nanos("websocket.TopicConnection", "CONFIRMATION_NANOS"));
    all.put(
        "WebSocket: inflated bytes, times the bytes on the wire",
        number("websocket.CompressionSettings", "DEFAULT_RATIO"));
    all.put(
        "WebSocket: inflated bytes besides, per second",
        size("websocket.CompressionSettings", "DEFAULT_BYTES_PER_SECOND"));
    all.put(
        "WebSocket: bytes waiting to be sent",
        size("websocket.WebSocketSender", "MAX_QUEUED_BYTES"));
    all.put(
        "WebSocket: messages waiting to be sent",
        number("websocket.OutboundQueue", "MAX_MESSAGES"));
    all.put(
        "WebSocket: time to answer a ping",
        "the interval, at least "
            + duration("websocket.KeepAliveSettings", "SHORTEST_PING_TIMEOUT")
            + " and at most "
            + duration("websocket.KeepAliveSettings", "LONGEST_PING_TIMEOUT"));
    all.put(
        "WebSocket: time to answer a ping after `wake()` or on another network",
        nanos("websocket.WebSocketSession", "PROBE_NANOS"));
    all.put(
        "WebSocket: time in which the consumer may take nothing from a full queue, if the stream"
            + " can resume",
        nanos("websocket.WebSocketConnection", "PUT_AWAY_NANOS"));
    all.put(
        "WebSocket: time for sending what waits, and for the closing handshake",
        duration("websocket.WebSockets$Builder", "DEFAULT_CLOSE"));
    all.put(
        "WebSocket: time for a handshake in messages",
        duration("websocket.WebSockets$Builder", "DEFAULT_HANDSHAKE"));
    all.put(
        "WebSocket: the code that this side closes with",
        String.valueOf(constant("websocket.CloseFrame", "NORMAL")));
    all.put(
        "WebSocket: time in which the server may accept no byte",
        number("websocket.WebSocketSession", "NO_PROGRESS_SECONDS") + " s");
    all.put("bytes of payloads in either", size("Options", "DEFAULT_BUFFERED_BYTES"));
    all.put(
        "the answer to a POST that is not sent again",
        nanos("http.internal.exchange.HttpOptions", "ANSWER_TO_POST_NANOS"));
    all.put("size of a cursor that is sent", size("spi.StreamBuilder", "MAX_CURSOR_BYTES"));
    all.put("size of a cursor file", size("internal.resume.CursorFile", "MAX_BYTES"));
    all.put("redirects followed", number("http.internal.exchange.ResponseChecks", "MAX_REDIRECTS"));
    all.put(
        "interval between pings on a connection of HTTP/2",
        duration("http.internal.exchange.StreamingClient", "PING_INTERVAL"));
    all.put(
        "response text quoted in an error message",
        number("http.internal.message.ErrorText", "MAX_CHARS") + " characters");
    all.put(
        "the default client keeps an idle connection of your own calls for",
        duration("http.SharedClient", "IDLE_CONNECTION"));
    all.put("gap policy", "fail");
    all.put("an event is acknowledged", "when the callback has returned");
    all.put("a listener that throws", "ends the subscription");
    all.put("an event that cannot be decoded", "ends the connection");
    return all;
  }

  @Test
  void everyStatusIsTreatedAsTheGuideSays() throws IOException {
    Map<String, String> treatments = treatments();
    Set<Integer> named = new HashSet<>();

    for (List<String> row : rows("guide/reconnecting.md", 3)) {
      if (row.get(0).startsWith("Status ")) {
        for (int code : codes(row.get(0))) {
          named.add(code);
          assertEquals(
              treatments.get(row.get(1)),
              Internals.treatment(Reason.HTTP_STATUS, code),
              row.get(0));
        }
      }
    }
    for (int code = 200; code <= 599; code++) {
      String otherwise = code >= 500 ? "RETRY" : code >= 400 ? "RETRY_ONCE_CONNECTED" : "FAIL";
      if (!named.contains(code)) {
        assertEquals(
            otherwise, Internals.treatment(Reason.HTTP_STATUS, code), "any other: " + code);
      }
    }
    assertTrue(named.size() >= 15, named::toString);
  }

  @Test
  void everyCloseCodeIsTreatedAsTheGuideSays() throws IOException {
    Map<String, String> treatments = treatments();
    Map<Integer, String> delays =
        Map.of(
            1012,
            "at least "
                + duration("internal.retry.ServerDelays", "SERVICE_RESTART_LEAST")
                + " plus a random part of up to "
                + duration("internal.retry.ServerDelays", "SERVICE_RESTART_SPREAD"),
            1013,
            "at least "
                + duration("internal.retry.ServerDelays", "TRY_AGAIN_LATER_LEAST")
                + " plus a random part");
    Set<Integer> named = new HashSet<>();

    for (List<String> row : rows("guide/reconnecting.md", 3)) {
      if (row.get(0).startsWith("Close code ")) {
        for (int code : codes(row.get(0))) {
          named.add(code);
          assertEquals(
              treatments.get(row.get(1)), Internals.treatment(Reason.CLOSE_CODE, code), row.get(0));
          assertEquals(delays.getOrDefault(code, row.get(2)), row.get(2), row.get(0));
        }
      }
    }
    for (int code = 1000; code <= 4999; code++) {
      if (!named.contains(code)) {
        assertEquals("RETRY", Internals.treatment(Reason.CLOSE_CODE, code), "any other: " + code);
      }
    }
    assertEquals(15, named.size());
  }

  /** What the guide calls each treatment. */
  private static Map<String, String> treatments() {
    return Map.of(
        "retried",
        "RETRY",
        "fatal until first connected, then retried for 15 minutes",
        "RETRY_ONCE_CONNECTED",
        "asks for fresh credentials once; fatal without credentials",
        "REFRESH_CREDENTIALS",
        "retried "
            + number("internal.retry.Reconnector", "LIMITED_RETRIES")
            + " times in a row without an event, then fatal",
        "RETRY_THREE_TIMES",
        "completes: the server has ended the stream",
        "COMPLETE",
        "fatal",
        "FAIL");
  }

  private static List<Integer> codes(String failure) {
    return CODE.matcher(failure).results().map(code -> Integer.valueOf(code.group())).toList();
  }

  /** The rows of a page's tables, without their heads, and of each so many cells. */
  private static List<List<String>> rows(String page, int columns) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(Internals.document(page));
    for (int i = 0; i < lines.size(); i++) {
      boolean isHead = i + 1 < lines.size() && lines.get(i + 1).startsWith("|---");
      if (lines.get(i).startsWith("| ") && !isHead) {
        List<String> cells = List.of(lines.get(i).substring(2).split("\\s*\\|\\s*", -1));
        rows.add(cells.subList(0, columns));
      }
    }
    return rows;
  }

  private static String duration(String type, String name) {
    return words((Duration) constant(type, name));
  }

  private static String nanos(String type, String name) {
    return words(Duration.ofNanos((long) constant(type, name)));
  }

  private static String number(String type, String name) {
    return count((Number) constant(type, name));
  }

  private static String size(String type, String name) {
    return bytes((Number) constant(type, name));
  }

  private static String code(String type, String name) {
    return "`" + constant(type, name) + "`";
  }

  /** Returns what the default policy says about a limit. */
  private static String policy(String limit) {
    String text = RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofSeconds(30)).toString();
    Matcher value = Pattern.compile(limit + "=([^,\\]]+)").matcher(text);
    assertTrue(value.find(), text);
    return value.group(1);
  }
}
