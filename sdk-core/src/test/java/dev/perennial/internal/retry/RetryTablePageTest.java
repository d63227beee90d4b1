package dev.perennial.internal.retry;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The table in docs/guide/reconnecting.md is generated from {@link FailureTable}. The words are
 * here; which failure gets which of them is data.
 */
class RetryTablePageTest {
  private static final Path PAGE = Path.of("docs", "guide", "reconnecting.md");
  private static final String BEGIN = "<!-- retry-table -->\n";
  private static final String END = "<!-- /retry-table -->";
  private static final String COMMAND =
      "mvn test -pl sdk-core -am -Dtest=RetryTablePageTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dperennial.write=true";

  private static final String BACKOFF = "backoff";
  private static final String NONE = "none";

  /** RFC 6455 and its registry reserve 1004. */
  private static final List<Integer> CLOSE_CODES =
      IntStream.rangeClosed(1000, 1015).filter(code -> code != 1004).boxed().toList();

  /** One row: the failures that are treated alike, what happens, and the delay before it. */
  private record Row(String failure, String happens, String delay) {
    String text() {
      return ("| " + failure + " | " + happens + " | " + delay + " |\n").replace("|  |", "| |");
    }
  }

  @Test
  void tableIsTheCodes() throws IOException {
    Path file = root().resolve(PAGE);
    String page = Files.readString(file);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertTrue(begin > BEGIN.length() && end >= begin, () -> "No " + BEGIN + " in " + PAGE);
    String expected = "\n" + table() + "\n";

    if (Boolean.getBoolean("perennial.write")) {
      page = page.substring(0, begin) + expected + page.substring(end);
      Files.writeString(file, page);
      end = page.indexOf(END);
    }

    assertEquals(expected, page.substring(begin, end), () -> "To write the table: " + COMMAND);
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      @Nullable Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("Expected " + PAGE + " above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  private static String table() {
    List<Row> rows = new ArrayList<>(statusRows());
    rows.addAll(closeCodeRows());
    rows.addAll(reasonRows());
    return "| failure | what happens | delay |\n|---|---|---|\n"
        + rows.stream().map(Row::text).collect(joining());
  }

  // ---- HTTP statuses ----

  private static List<Row> statusRows() {
    List<Integer> named =
        IntStream.rangeClosed(200, 599)
            .filter(status -> ofStatus(status) != otherwise(status))
            .boxed()
            .toList();
    List<Row> rows =
        new ArrayList<>(
            rows("Status ", named, RetryTablePageTest::ofStatus, RetryTablePageTest::statusNote));
    rows.add(new Row("Any other status 4xx", happens(otherwise(400)), delay(otherwise(400))));
    rows.add(new Row("Any other status 5xx", happens(otherwise(500)), delay(otherwise(500))));
    rows.add(new Row("Any other status", happens(otherwise(200)), delay(otherwise(200))));
    return rows;
  }

  private static Treatment ofStatus(int status) {
    return FailureTable.treatmentOf(Reason.HTTP_STATUS, status);
  }

  /** How a status is treated that no row names. */
  private static Treatment otherwise(int status) {
    return ofStatus(status < 400 ? 299 : status < 500 ? 499 : 599);
  }

  /** What makes this status a failure; empty for those that speak for themselves. */
  private static String statusNote(int status) {
    if (status == 200) {
      return " in answer to a WebSocket handshake";
    }
    if (status == 410) {
      return " without a cursor";
    }
    return status >= 300 && status < 400 ? " after too many redirects" : "";
  }

  // ---- WebSocket close codes ----

  private static List<Row> closeCodeRows() {
    List<Row> rows =
        new ArrayList<>(
            rows("Close code ", CLOSE_CODES, RetryTablePageTest::ofCloseCode, code -> ""));
    Treatment otherwise = ofCloseCode(4999);
    rows.add(new Row("Any other close code", happens(otherwise), delay(otherwise)));
    return rows;
  }

  private static Treatment ofCloseCode(int code) {
    return FailureTable.treatmentOf(Reason.CLOSE_CODE, code);
  }

  private static String closeCodeDelay(int code, Treatment treatment) {
    return switch (code) {
      case 1000, 1005 -> "a part of the base: it is no failure";
      case 1012 ->
          "at least "
              + serverBound("SERVICE_RESTART_LEAST")
              + " plus a random part of up to "
              + serverBound("SERVICE_RESTART_SPREAD");
      case 1013 -> "at least " + serverBound("TRY_AGAIN_LATER_LEAST") + " plus a random part";
      default -> delay(treatment);
    };
  }

  private static String serverBound(String name) {
    try {
      Field constant = ServerDelays.class.getDeclaredField(name);
      constant.setAccessible(true);
      return words((Duration) constant.get(null));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("A constant of the delays is gone: " + e, e);
    }
  }

  // ---- Failures without a code ----

  private static List<Row> reasonRows() {
    Map<Treatment, List<Reason>> byTreatment =
        Arrays.stream(Reason.values())
            .filter(reason -> reason != Reason.HTTP_STATUS && reason != Reason.CLOSE_CODE)
            .collect(
                Collectors.groupingBy(
                    reason -> FailureTable.treatmentOf(reason, -1),
                    () -> new EnumMap<>(Treatment.class),
                    Collectors.toList()));
    return byTreatment.entrySet().stream()
        .map(
            entry ->
                new Row(
                    entry.getValue().stream()
                        .map(reason -> "`" + reason + "`")
                        .collect(joining(", ")),
                    happens(entry.getKey()),
                    delay(entry.getKey())))
        .toList();
  }

  // ---- Words ----

  /** A row for all codes whose words are the same. */
  private static List<Row> rows(
      String prefix,
      List<Integer> codes,
      IntFunction<Treatment> treatmentOf,
      IntFunction<String> note) {
    Map<Row, List<Integer>> alike = new LinkedHashMap<>();
    for (int code : codes) {
      Treatment treatment = treatmentOf.apply(code);
      String delay = code >= 1000 ? closeCodeDelay(code, treatment) : delay(treatment);
      Row row = new Row(note.apply(code), happens(treatment), delay);
      alike.computeIfAbsent(row, absent -> new ArrayList<>()).add(code);
    }
    return alike.entrySet().stream()
        .map(
            entry ->
                new Row(
                    prefix
                        + entry.getValue().stream().map(String::valueOf).collect(joining(", "))
                        + entry.getKey().failure(),
                    entry.getKey().happens(),
                    entry.getKey().delay()))
        .toList();
  }

  private static String happens(Treatment treatment) {
    return switch (treatment) {
      case RETRY -> "retried";
      case RETRY_ONCE_CONNECTED ->
          "fatal until first connected, then retried for "
              + words(Reconnector.RETRY_ONCE_CONNECTED_LIMIT);
      case FAIL_WHEN_REPEATED ->
          "retried; fatal when the same cursor has met it "
              + Reconnector.REPEATED_FAILURES
              + " times";
      case REFRESH_CREDENTIALS -> "asks for fresh credentials once; fatal without credentials";
      case RETRY_THREE_TIMES ->
          "retried " + Reconnector.LIMITED_RETRIES + " times in a row without an event, then fatal";
      case RETRY_WITH_CURSOR -> "retried with a cursor, fatal without one";
      case COMPLETE -> "completes: the server has ended the stream";
      case GAP -> "follows the gap policy, which fails by default";
      case FAIL -> "fatal";
    };
  }

  private static String delay(Treatment treatment) {
    return switch (treatment) {
      case RETRY, RETRY_ONCE_CONNECTED, FAIL_WHEN_REPEATED, RETRY_THREE_TIMES, RETRY_WITH_CURSOR ->
          BACKOFF;
      case REFRESH_CREDENTIALS -> NONE + "; backoff when it is refused again soon";
      case COMPLETE, GAP, FAIL -> "";
    };
  }

  private static String words(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds % 60 == 0 ? seconds / 60 + " minutes" : seconds + " s";
  }
}
