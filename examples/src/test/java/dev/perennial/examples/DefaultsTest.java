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
  private static final Pattern STATUS = Pattern.compile("\\d{3}");

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
        "attempt: request, name resolution, connecting, TLS and answer",
        duration("Options", "DEFAULT_ATTEMPT_TIMEOUT"));
    all.put("first delay is random up to", duration("RetryPolicy", "DEFAULT_BASE"));
    all.put("every delay is random up to at most", duration("RetryPolicy", "DEFAULT_CAP"));
    all.put("shortest delay", duration("RetryPolicy", "DEFAULT_FLOOR"));
    all.put("attempts in a row", policy("maxAttempts"));
    all.put("failing in a row", policy("maxElapsed"));
    all.put("`Retry-After` counts up to", duration("RetryPolicy", "DEFAULT_SERVER_DELAY_LIMIT"));
    all.put(
        "spread on top of `Retry-After` and of fixed delays",
        Math.round(100 * (double) constant("Jitter", "SPREAD")) + " %");
    all.put("server's `retry:` at least", nanos("Jitter", "MIN_BASE_NANOS"));
    all.put("server's `retry:` at most", nanos("Jitter", "MAX_BASE_NANOS"));
    all.put(
        "failures are forgotten by an event on a connection open for, at most",
        nanos("Jitter", "RESET_AFTER_NANOS"));
    all.put(
        "failures are forgotten by a connection open for",
        duration("Reconnecting", "RESET_WHEN_OPEN_FOR"));
    all.put("what may settle fails after", duration("Reconnecting", "SETTLING_LIMIT"));
    all.put(
        "same failure at the same cursor is final after",
        number("Reconnecting", "POISON_LIMIT") + " times");
    all.put("retries of one host at once", number("HostBudget", "DEFAULT_BURST"));
    all.put("retries of one host per second", number("HostBudget", "DEFAULT_PER_SECOND"));
    all.put("a wake spreads over", duration("RetryWait", "WAKE_JITTER"));
    all.put("silence, until a heartbeat was seen", duration("SilenceLimit", "UNTIL_HEARTBEAT"));
    all.put(
        "silence, learned: times the longest seen", number("SilenceLimit", "HEARTBEATS_MISSED"));
    all.put("silence, learned, at least", duration("SilenceLimit", "LEAST_LEARNED"));
    all.put(
        "one event from its first byte to its last",
        duration("Options", "DEFAULT_ONE_EVENT_LIMIT"));
    all.put("age of a connection", "unlimited");
    all.put("ids remembered to suppress replays", number("DedupeWindow", "DEFAULT_SIZE"));
    all.put("cursor saved at most every", duration("Options", "DEFAULT_SAVE_EVERY"));
    String queue = number("Options", "DEFAULT_DELIVERY_BUFFER") + " events";
    all.put("queue of `withDeliveryOn`", queue);
    all.put("events that a reader reads ahead", queue);
    all.put("suspicion of the cursor: closes in a row", number("CursorSuspicion", "CLOSES"));
    all.put("suspicion of the cursor: each within", duration("CursorSuspicion", "EACH_WITHIN"));
    all.put("suspicion of the cursor: over at least", duration("CursorSuspicion", "FOR_AT_LEAST"));
    all.put("one event", size("http.StreamBuilder", "DEFAULT_MAX_EVENT_BYTES"));
    all.put("id of a server-sent event", size("sse.SseFramer", "MAX_ID_BYTES"));
    all.put("type of a server-sent event", size("sse.SseFramer", "MAX_TYPE_BYTES"));
    all.put("depth of the JSON of a line", number("ndjson.JsonText", "MAX_DEPTH") + " levels");
    all.put("cursor of a line", code("ndjson.Ndjson", "CURSOR_POINTER"));
    all.put("cursor of a line is sent as", code("ndjson.Ndjson", "CURSOR_PARAMETER"));
    all.put(
        "cursor or id of a WebSocket message",
        "`" + ((JsonField) constant("http.UpgradeBuilder", "DEFAULT_CURSOR")).pointer() + "`");
    all.put("WebSocket: a ping every", duration("websocket.WebSockets$Builder", "DEFAULT_PING"));
    all.put(
        "WebSocket: messages that wait for the consumer",
        number("websocket.WebSockets$Builder", "DEFAULT_FRAMES"));
    all.put(
        "WebSocket: bytes that wait for the consumer",
        size("websocket.WebSockets$Builder", "DEFAULT_BYTES"));
    all.put(
        "WebSocket: bytes that wait to be sent",
        size("websocket.WebSocketSender", "MAX_QUEUED_BYTES"));
    all.put(
        "WebSocket: messages that wait to be sent", number("websocket.SendQueue", "MAX_MESSAGES"));
    all.put("WebSocket: the closing handshake", nanos("websocket.LiveSocket", "CLOSE_NANOS"));
    all.put("cursor that is sent", size("http.CursorPlace", "MAX_BYTES"));
    all.put("cursor file", size("FileCursorStore", "MAX_BYTES"));
    all.put("redirects followed", number("http.Answers", "MAX_REDIRECTS"));
    all.put(
        "text of a refusal shown in a message",
        number("http.ErrorText", "MAX_CHARS") + " characters");
    all.put(
        "idle connection of the default client kept for",
        duration("StreamRuntime", "IDLE_CONNECTION"));
    all.put("gap policy", "fail");
    all.put("acknowledgement", "when the callback has returned");
    all.put("event that cannot be decoded", "ends the connection");
    return all;
  }

  @Test
  void everyStatusIsTreatedAsTheGuideSays() throws IOException {
    Map<String, String> treatments =
        Map.of(
            "completes: the server has ended the stream", "COMPLETE",
            "retried, when more than 20 redirects led nowhere", "RETRY",
            "fails, unless there are credentials to refresh", "REFRESH",
            "settles", "SETTLING",
            "retried", "RETRY",
            "fails", "TERMINAL");
    Set<Integer> named = new HashSet<>();

    for (List<String> row : rows("guide/reconnecting.md", 2)) {
      Matcher status = STATUS.matcher(row.get(0));
      while (status.find()) {
        int code = Integer.parseInt(status.group());
        named.add(code);
        assertEquals(
            treatments.get(row.get(1)), Internals.treatment(Reason.HTTP_STATUS, code), row.get(0));
      }
    }
    for (int code = 200; code <= 599; code++) {
      String otherwise = code >= 500 ? "RETRY" : "TERMINAL";
      if (!named.contains(code)) {
        assertEquals(
            otherwise, Internals.treatment(Reason.HTTP_STATUS, code), "any other: " + code);
      }
    }
    assertTrue(named.size() > 15, named::toString);
  }

  @Test
  void everyCloseCodeIsTreatedAsTheGuideSays() throws IOException {
    String limited = "retried " + number("Reconnecting", "LIMITED_RETRIES");
    Map<String, String> treatments =
        Map.of(
            "completes",
            "COMPLETE",
            "retried",
            "RETRY",
            limited + " times in a row without an event, then fails",
            "LIMITED",
            "fails, unless there are credentials to refresh",
            "REFRESH",
            "fails",
            "TERMINAL",
            "retried after "
                + duration("ServerBounds", "RESTARTING_LEAST")
                + " and a random part of up to "
                + duration("ServerBounds", "RESTARTING_SPREAD"),
            "RETRY",
            "retried after "
                + duration("ServerBounds", "TRY_LATER_LEAST")
                + ", with a spread on top",
            "RETRY");
    Set<Integer> named = new HashSet<>();

    for (List<String> row : rows("guide/transports.md", 2)) {
      if (row.get(0).matches("\\d{4}(, \\d{4})*")) {
        for (String text : row.get(0).split(", ")) {
          int code = Integer.parseInt(text);
          named.add(code);
          assertEquals(
              treatments.get(row.get(1)), Internals.treatment(Reason.CLOSE_CODE, code), text);
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

  /** Returns the rows of a page's tables that have this many columns, without the heads. */
  private static List<List<String>> rows(String page, int columns) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Internals.document(page))) {
      if (line.startsWith("| ")) {
        List<String> cells = List.of(line.substring(2).split("\\s*\\|\\s*", -1));
        rows.add(cells.subList(0, columns));
      }
    }
    return rows.subList(1, rows.size());
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
