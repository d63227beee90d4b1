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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the rules look for. */
final class Checks {

  private Checks() {}

  // ---- What the client has to have seen ----

  /** Exactly these data, in this order. */
  static Check delivered(String... data) {
    List<String> expected = List.of(data);
    return new Check(
        expected.isEmpty() ? "Expected no event." : "Expected the events " + shown(expected) + ".",
        seen -> unlessEqual(expected, seen.data(), "they were "));
  }

  /** Events 1 to {@code last} of the log, each once and in order. */
  static Check deliveredLog(int last) {
    return deliveredLog(1, last);
  }

  static Check deliveredLog(int first, int last) {
    return new Check(
        "Expected events " + first + " to " + last + ", each once and in order.",
        seen -> difference(log(first, last), seen.data()));
  }

  /** All of them at least, in any number: nothing is lost. */
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

  /** These last event ids with the events. */
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
        "Expected the stream to go on.",
        seen -> seen.end().startsWith("it failed") ? seen.end() + "." : null);
  }

  static Check notCompleted() {
    return new Check(
        "Expected the stream not to end as if all had come.",
        seen -> seen.end().equals("it completed") ? seen.end() + "." : null);
  }

  static Check endedOnce() {
    return new Check(
        "Expected one end at most.",
        seen -> {
          int ends =
              seen.trace().all(Kind.COMPLETED, 1).size() + seen.trace().all(Kind.FAILED, 1).size();
          return ends <= 1 ? null : "there were " + ends + ".";
        });
  }

  static Check gaps(int count) {
    return new Check(
        count == 0 ? "Expected no gap to be told." : "Expected " + count + " gap to be told.",
        seen -> {
          int told = seen.trace().all(Kind.GAP, 1).size();
          return told == count ? null : "it was told " + told + " times.";
        });
  }

  // ---- What the server has to have seen ----

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

  /** The first requests asked for these cursors; a dash is none. */
  static Check cursors(String... cursors) {
    List<String> expected = List.of(cursors);
    return new Check(
        "Expected the requests to ask for what follows " + shown(expected) + " (- is none).",
        seen -> {
          List<String> actual = seen.cursors();
          List<String> first = actual.subList(0, Math.min(actual.size(), expected.size()));
          return unlessEqual(expected, first, "they asked for ");
        });
  }

  /** A header of a request; null when it must not be there. */
  static Check header(int request, String name, @Nullable String value) {
    return new Check(
        "Expected request "
            + request
            + (value == null
                ? " to have no " + name + "."
                : " to have " + name + ": " + value + "."),
        seen -> {
          if (seen.requests().size() < request) {
            return "there was no more than "
                + Format.count(seen.requests().size(), "request")
                + ".";
          }
          String actual = seen.requests().get(request - 1).request().header(name);
          return Objects.equals(actual, value)
              ? null
              : actual == null ? "it had none." : "it was " + Format.visible(actual) + ".";
        });
  }

  /** The delay after a connection, in real time, since the wire counts it in whole seconds. */
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

  /** What a busy machine may add to a time that has an upper bound. */
  static final Duration SLACK = Duration.ofMillis(750);

  // ---- Closing ----

  /** After the kit closed the client, nothing comes: no event, no end, no request. */
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
                              || one.kind() == Kind.REQUEST)
                  .map(one -> one.kind() + " " + Format.visible(one.text()))
                  .toList();
          return late.isEmpty() ? null : "there was " + late + ".";
        });
  }

  /** The client left this connection. */
  static Check left(int connection) {
    return new Check(
        "Expected the client to close connection " + connection + ".",
        seen -> seen.trace().all(Kind.LEFT, connection).isEmpty() ? "it was still open." : null);
  }

  // ---- Any ----

  /** Each of the others. */
  static Check custom(
      String words, java.util.function.Function<TraceView, @Nullable String> judge) {
    return new Check(words, judge);
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

  /** The first place where two long lists differ. */
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
