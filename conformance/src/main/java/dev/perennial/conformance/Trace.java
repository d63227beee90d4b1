package dev.perennial.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.TraceEvent.Kind;
import dev.perennial.testkit.ReceivedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All that was seen in one run of a scenario, in order. Any thread adds to it. */
final class Trace {
  // Final.
  private final long startNanos = System.nanoTime();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();

  // Guarded by lock.
  private final List<TraceEvent> events = new ArrayList<>();
  private final List<TracedRequest> requests = new ArrayList<>();
  private final List<RecordedStep> played = new ArrayList<>();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private int delivered; // Of the first stream.
  private String newest = ""; // The text of the first stream's last event.

  // ---- What is added ----

  void add(Kind kind, int number, String text) {
    add(kind, number, text, null, "", new byte[0]);
  }

  void event(int stream, @Nullable String id, String type, String text) {
    add(Kind.EVENT, stream, text, id, type, new byte[0]);
  }

  void sent(int connection, String label, byte[] bytes) {
    add(Kind.SENT, connection, label, null, "", bytes);
  }

  /** A server begins a step. Nobody waits for that. */
  void played(int connection, Step step, int size) {
    lock.lock();
    try {
      played.add(new RecordedStep(connection, now(), step, size));
    } finally {
      lock.unlock();
    }
  }

  private void add(
      Kind kind, int number, String text, @Nullable String id, String type, byte[] bytes) {
    lock.lock();
    try {
      String knownId = id == null ? null : encodable(id);
      note(new TraceEvent(now(), kind, number, encodable(text), knownId, encodable(type), bytes));
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Numbers and adds a request. */
  TracedRequest request(ReceivedRequest request, boolean isAtOther, @Nullable String cursor) {
    lock.lock();
    try {
      TracedRequest seen =
          new TracedRequest(requests.size() + 1, isAtOther, now(), request, cursor);
      requests.add(seen);
      String words = request + (cursor == null ? "" : " after " + cursor);
      note(new TraceEvent(seen.atNanos(), Kind.REQUEST, seen.number(), words));
      grown.signalAll();
      return seen;
    } finally {
      lock.unlock();
    }
  }

  /** Half a surrogate pair, which only a faulty client can report, would break every report. */
  private static String encodable(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  private void note(TraceEvent event) {
    events.add(event);
    counts.merge(event.kind(), 1, Integer::sum);
    if (event.kind() == Kind.EVENT && event.number() == 1) {
      delivered++;
      newest = event.text();
    }
  }

  /** Nanoseconds since the run began. */
  long now() {
    return System.nanoTime() - startNanos;
  }

  /** Waits until it holds, and says whether it does. */
  boolean await(Predicate<? super Trace> condition, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!condition.test(this)) {
        if (left <= 0) {
          return false;
        }
        left = grown.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  // ---- What is asked ----

  List<TraceEvent> all() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  List<TraceEvent> all(Kind kind) {
    lock.lock();
    try {
      return events.stream().filter(one -> one.kind() == kind).toList();
    } finally {
      lock.unlock();
    }
  }

  List<TraceEvent> all(Kind kind, int number) {
    return all(kind).stream().filter(one -> one.number() == number).toList();
  }

  int count(Kind kind) {
    lock.lock();
    try {
      return counts.getOrDefault(kind, 0);
    } finally {
      lock.unlock();
    }
  }

  /** How many events of the first stream were delivered. */
  int delivered() {
    lock.lock();
    try {
      return delivered;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the first stream's last event has this in it. */
  boolean isNewest(String data) {
    lock.lock();
    try {
      return newest.contains(data);
    } finally {
      lock.unlock();
    }
  }

  int requestCount() {
    return count(Kind.REQUEST);
  }

  List<TracedRequest> requests() {
    lock.lock();
    try {
      return List.copyOf(requests);
    } finally {
      lock.unlock();
    }
  }

  /** What the server did with a connection. */
  List<RecordedStep> played(int connection) {
    lock.lock();
    try {
      return played.stream().filter(one -> one.connection() == connection).toList();
    } finally {
      lock.unlock();
    }
  }

  /** The events of the first stream. */
  List<TraceEvent> events() {
    return all(Kind.EVENT, 1);
  }

  /** When the connection ended by a fault, an end or an answer; -1 when it did not. */
  long endOf(int connection) {
    long end = -1;
    for (TraceEvent event : all()) {
      boolean isEnd =
          switch (event.kind()) {
            case FAULT, ENDED, ANSWER -> true;
            default -> false;
          };
      end = isEnd && event.number() == connection ? event.atNanos() : end;
    }
    return end;
  }

  boolean hasEnded() {
    return count(Kind.COMPLETED) + count(Kind.FAILED) > 0;
  }

  /** The cursor that was saved last; null when none was. */
  @Nullable String storedCursor() {
    List<TraceEvent> stored = all(Kind.STORED);
    return stored.isEmpty() ? null : stored.get(stored.size() - 1).text();
  }
}
