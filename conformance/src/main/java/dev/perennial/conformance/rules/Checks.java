package dev.perennial.conformance.rules;

import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The expectations of the rules. */
final class Checks {

  private Checks() {}

  // ---- What the client reports ----

  /** Expects exactly these data, in this order. */
  static Check delivered(String... data) {
    List<String> expected = List.of(data);
    return new Check(
        expected.isEmpty() ? "Expected no event." : "Expected the events " + shown(expected) + ".",
        seen -> unlessEqual(expected, seen.data(), "they were "));
  }

  /** Expects events 1 to {@code last} of the log, each once and in order. */
  static Check deliveredLog(int last) {
    return deliveredLog(1, last);
  }

  static Check deliveredLog(int first, int last) {
    return new Check(
        "Expected events " + first + " to " + last + ", each once and in order.",
        seen -> difference(log(first, last), seen.data()));
  }

  /** Expects each of these events at least once. */
  static Check nothingLost(int first, int last) {
    return new Check(
        "Expected every event from " + first + " to " + last + ".",
        seen -> {
          Set<String> missing = new HashSet<>(log(first, last));
          seen.data().forEach(missing::remove);
          return missing.isEmpty()
              ? null
              : "missing were " + log(first, last).stream().filter(missing::contains).toList();
        });
  }

  /** Expects these last event ids with the events. */
  static Check ids(String... ids) {
    List<String> expected = List.of(ids);
    return new Check(
        "Expected the events to carry the ids " + shown(expected) + ".",
        seen -> unlessEqual(expected, seen.ids(), "they carried "));
  }

  static Check types(String... types) {
    List<String> expected = List.of(types);
    return new Check(
        "Expected the types " + shown(expected) + ".",
        seen -> unlessEqual(expected, seen.types(), "they were "));
  }

  static Check completed() {
    return new Check(
        "Expected the stream to complete.",
        seen -> seen.end().equals("it completed") ? null : seen.end() + ".");
  }

  static Check failed() {
    return new Check(
        "Expected the stream to fail.",
        seen -> seen.end().startsWith("it failed") ? null : seen.end() + ".");
  }

  static Check notFailed() {
    return new Check(
        "Expected the stream to continue.",
        seen -> seen.end().startsWith("it failed") ? seen.end() + "." : null);
  }

  static Check notCompleted() {
    return new Check(
        "Expected the stream not to complete.",
        seen -> seen.end().equals("it completed") ? seen.end() + "." : null);
  }

  static Check endedOnce() {
    return new Check(
        "Expected at most one end.",
        seen -> {
          int ends =
              seen.trace().all(Kind.COMPLETED, 1).size() + seen.trace().all(Kind.FAILED, 1).size();
          return ends <= 1 ? null : "there were " + ends + ".";
        });
  }

  static Check gaps(int count) {
    return new Check(
        count == 0
            ? "Expected no gap to be reported."
            : "Expected " + count + " gap to be reported.",
        seen -> {
          int reported = seen.trace().all(Kind.GAP, 1).size();
          return reported == count ? null : "it was reported " + reported + " times.";
        });
  }

  // ---- What the server sees ----

  static Check requests(int count) {
    return new Check(
        "Expected " + Format.count(count, "request") + ".",
        seen ->
            seen.requests().size() == count ? null : "there were " + seen.requests().size() + ".");
  }

  static Check requestsAtMost(int most) {
    return new Check(
        "Expected at most " + Format.count(most, "request") + ".",
        seen ->
            seen.requests().size() <= most ? null : "there were " + seen.requests().size() + ".");
  }

  /** Expects the first requests to have these cursors; a dash stands for none. */
  static Check cursors(String... cursors) {
    List<String> expected = List.of(cursors);
    return new Check(
        "Expected the requests to resume after " + shown(expected) + " (- is none).",
        seen -> {
          List<String> actual = seen.cursors();
          List<String> first = actual.subList(0, Math.min(actual.size(), expected.size()));
          return unlessEqual(expected, first, "they resumed after ");
        });
  }

  /** Expects a header of a request; null when it must be absent. */
  static Check header(int request, String name, @Nullable String value) {
    return new Check(
        "Expected request "
            + request
            + (value == null
                ? " to have no " + name + "."
                : " to have " + name + ": " + value + "."),
        seen -> {
          if (seen.requests().size() < request) {
            return "there were only " + Format.count(seen.requests().size(), "request") + ".";
          }
          String actual = seen.requests().get(request - 1).request().header(name);
          return Objects.equals(actual, value)
              ? null
              : actual == null ? "it had none." : "it was " + Format.visible(actual) + ".";
        });
  }

  /** Expects a delay after a connection, in real time: the wire counts it in whole seconds. */
  static Check realDelayAtLeast(int connection, Duration least) {
    return new Check(
        "Expected at least "
            + Format.duration(least)
            + " between the end of connection "
            + connection
            + " and the next request.",
        seen -> {
          Duration delay = seen.delayAfter(connection);
          if (delay == null) {
            return "there was no next request.";
          }
          return delay.compareTo(least) >= 0 ? null : "it was " + Format.duration(delay) + ".";
        });
  }

  /** The time that a busy machine may add to an upper bound. */
  static final Duration SLACK = Duration.ofMillis(750);

  // ---- Closing ----

  /** How long a request may take to the kit that was sent just before the client was closed. */
  private static final Duration ON_ITS_WAY = Duration.ofMillis(200);

  /** Expects no event, gap or request after the kit closed the client. */
  static Check quietAfterClose() {
    return new Check(
        "Expected nothing after the client was closed.",
        seen -> {
          long closed = seen.closedAt();
          List<String> late =
              seen.trace().all().stream()
                  .filter(one -> one.atNanos() > closed)
                  .filter(
                      one ->
                          one.kind() == Kind.EVENT
                              || one.kind() == Kind.GAP
                              || (one.kind() == Kind.REQUEST
                                  && one.atNanos() - closed > ON_ITS_WAY.toNanos()))
                  .map(one -> one.kind() + " " + Format.visible(one.text()))
                  .toList();
          return late.isEmpty() ? null : "there was " + late + ".";
        });
  }

  /** Expects the client to close a connection. */
  static Check left(int connection) {
    return new Check(
        "Expected the client to close connection " + connection + ".",
        seen -> seen.trace().all(Kind.LEFT, connection).isEmpty() ? "it was still open." : null);
  }

  // ---- Others ----

  static Check custom(String expectation, Function<TraceView, @Nullable String> judge) {
    return new Check(expectation, judge);
  }

  // ---- Text ----

  static List<String> log(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> "event " + i).toList();
  }

  private static List<String> shown(List<String> values) {
    return values.stream().map(Format::visible).toList();
  }

  private static @Nullable String unlessEqual(
      List<String> expected, List<String> actual, String words) {
    return expected.equals(actual) ? null : words + shown(actual) + ".";
  }

  /** Describes the first place where two long lists differ. */
  private static @Nullable String difference(List<String> expected, List<String> actual) {
    for (int i = 0; i < expected.size() && i < actual.size(); i++) {
      if (!expected.get(i).equals(actual.get(i))) {
        return "number " + (i + 1) + " was " + Format.visible(actual.get(i)) + ".";
      }
    }
    if (expected.size() == actual.size()) {
      return null;
    }
    List<String> rest = actual.subList(Math.min(expected.size(), actual.size()), actual.size());
    return rest.isEmpty()
        ? "only the first " + actual.size() + " came."
        : "after them came " + shown(rest.subList(0, Math.min(5, rest.size()))) + ".";
  }
}
