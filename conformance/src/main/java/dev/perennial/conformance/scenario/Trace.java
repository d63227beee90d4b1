package dev.perennial.conformance.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.scenario.TraceEvent.Kind;
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

/**
 * All that the client and the servers of one run reported, in order. All methods may be called by
 * any thread.
 */
public final class Trace {
  private final long startNanos = System.nanoTime();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();

  // Guarded by lock.
  private final List<TraceEvent> events = new ArrayList<>();

  // Guarded by lock.
  private final List<TracedRequest> requests = new ArrayList<>();

  // Guarded by lock.
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

  // The events of the first stream.
  private int delivered;

  // The text of the first stream's last event.
  private String newest = "";

  // ---- Recording ----

  public void add(Kind kind, int number, String text) {
    add(kind, number, text, null, "", new byte[0]);
  }

  public void event(int stream, @Nullable String id, String type, String text) {
    add(Kind.EVENT, stream, text, id, type, new byte[0]);
  }

  public void sent(int connection, String label, byte[] bytes) {
    add(Kind.SENT, connection, label, null, "", bytes);
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
      TracedRequest traced =
          new TracedRequest(requests.size() + 1, isAtOther, now(), request, cursor);
      requests.add(traced);
      String text = request + (cursor == null ? "" : " after " + cursor);
      note(new TraceEvent(traced.atNanos(), Kind.REQUEST, traced.number(), text));
      grown.signalAll();
      return traced;
    } finally {
      lock.unlock();
    }
  }

  /** Replaces half a surrogate pair: only a faulty client reports one, and it breaks reports. */
  private static String encodable(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  // Guarded by lock.
  private void note(TraceEvent event) {
    events.add(event);
    counts.merge(event.kind(), 1, Integer::sum);
    if (event.kind() == Kind.EVENT && event.number() == 1) {
      delivered++;
      newest = event.text();
    }
  }

  /** Returns the nanoseconds since the run began. */
  long now() {
    return System.nanoTime() - startNanos;
  }

  /**
   * Waits until a condition holds, at most for a time.
   *
   * @return whether it holds
   */
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

  /** Waits for a time while the run continues. */
  void pause(Duration time) throws InterruptedException {
    await(trace -> false, time);
  }

  // ---- Asking ----

  public List<TraceEvent> all() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  public List<TraceEvent> all(Kind kind) {
    return all().stream().filter(event -> event.kind() == kind).toList();
  }

  public List<TraceEvent> all(Kind kind, int number) {
    return all(kind).stream().filter(event -> event.number() == number).toList();
  }

  public int count(Kind kind) {
    lock.lock();
    try {
      return counts.getOrDefault(kind, 0);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of events that the first stream delivered. */
  public int delivered() {
    lock.lock();
    try {
      return delivered;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the first stream's last event contains this text. */
  public boolean isNewest(String data) {
    lock.lock();
    try {
      return newest.contains(data);
    } finally {
      lock.unlock();
    }
  }

  public int requestCount() {
    return count(Kind.REQUEST);
  }

  public List<TracedRequest> requests() {
    lock.lock();
    try {
      return List.copyOf(requests);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the events that the first stream delivered. */
  List<TraceEvent> events() {
    return all(Kind.EVENT, 1);
  }

  /** Returns when a fault, an end or an answer ended the connection; -1 when none did. */
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

  public boolean hasEnded() {
    return count(Kind.COMPLETED) + count(Kind.FAILED) > 0;
  }

  /** Returns the cursor that was saved last; null when none was. */
  @Nullable String storedCursor() {
    List<TraceEvent> stored = all(Kind.STORED);
    return stored.isEmpty() ? null : stored.get(stored.size() - 1).text();
  }
}
