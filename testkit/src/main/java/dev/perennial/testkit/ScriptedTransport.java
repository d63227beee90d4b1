package dev.perennial.testkit;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transport without a network: each attempt plays the next {@link ConnectionScript} in virtual
 * time. An attempt that no script is there for fails the test, and so does a script that no attempt
 * played, by {@link #assertExhausted()}.
 *
 * <pre>{@code
 * ScriptedTransport transport =
 *     ScriptedTransport.of(time, opens().event("1", "one").cut(), opens().event("2", "two").ends());
 * EventStream<String> stream = EventStream.of(transport, Decoder.text());
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ScriptedTransport implements Transport {
  private final VirtualTime time;
  private final Deque<ConnectionScript> scripts = new ArrayDeque<>();

  /** Writes a script for each attempt; null when there are only those that were given. */
  private final @Nullable Function<? super Attempt, ConnectionScript> author;

  private final List<Played> played = new ArrayList<>();

  private record Played(Attempt attempt, Duration startedAt, ScriptedConnection connection) {}

  private ScriptedTransport(
      VirtualTime time, @Nullable Function<? super Attempt, ConnectionScript> author) {
    this.time = Objects.requireNonNull(time, "time");
    this.author = author;
  }

  /** A transport that plays these scripts, one for each attempt. */
  public static ScriptedTransport of(VirtualTime time, ConnectionScript... scripts) {
    ScriptedTransport transport = new ScriptedTransport(time, null);
    transport.scripts.addAll(Arrays.asList(scripts));
    return transport;
  }

  /** A transport that asks for a script on each attempt, for as many as there are. */
  public static ScriptedTransport endless(
      VirtualTime time, Function<? super Attempt, ConnectionScript> author) {
    return new ScriptedTransport(time, Objects.requireNonNull(author, "author"));
  }

  /** One more script, to be played after the others. */
  public ScriptedTransport then(ConnectionScript script) {
    scripts.add(Objects.requireNonNull(script, "script"));
    return this;
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    ConnectionScript script = author == null ? scripts.poll() : author.apply(attempt);
    if (script == null) {
      AssertionError unexpected =
          new AssertionError("Expected no further attempt but there was " + attempt);
      time.fail(unexpected);
      throw unexpected;
    }
    ScriptedConnection connection = new ScriptedConnection(time, script);
    played.add(new Played(attempt, time.elapsed(), connection));
    return connection;
  }

  /** The attempts so far. */
  public List<ScriptedAttempt> attempts() {
    return played.stream().map(ScriptedTransport::asAttempt).toList();
  }

  private static ScriptedAttempt asAttempt(Played one) {
    return new ScriptedAttempt(
        one.attempt.number(),
        one.attempt.connection(),
        one.attempt.cursor(),
        one.startedAt,
        one.connection.isClosed());
  }

  /** What the attempts so far asked for, with null where one asked for nothing. */
  public List<@Nullable String> cursors() {
    List<@Nullable String> cursors = new ArrayList<>();
    played.forEach(one -> cursors.add(one.attempt.cursor()));
    return cursors;
  }

  /** How long each attempt but the first came after the one before it. */
  public List<Duration> intervals() {
    List<Duration> intervals = new ArrayList<>();
    for (int i = 1; i < played.size(); i++) {
      intervals.add(played.get(i).startedAt.minus(played.get(i - 1).startedAt));
    }
    return intervals;
  }

  /**
   * Asserts that every script was played and every connection closed.
   *
   * @throws AssertionError when it is not so
   */
  public void assertExhausted() {
    if (!scripts.isEmpty()) {
      throw new AssertionError(
          "Expected " + (played.size() + scripts.size()) + " attempts but were " + attempts());
    }
    assertAllClosed();
  }

  /**
   * Asserts that no connection is open.
   *
   * @throws AssertionError when one is
   */
  public void assertAllClosed() {
    List<ScriptedAttempt> open =
        attempts().stream().filter(attempt -> !attempt.isClosed()).toList();
    if (!open.isEmpty()) {
      throw new AssertionError("Expected every connection to be closed but open are " + open);
    }
  }
}
