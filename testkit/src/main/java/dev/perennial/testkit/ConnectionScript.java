package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Payload;
import dev.perennial.spi.Frame;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one connection of a {@link ScriptedTransport}. They follow the server's clock:
 * silence passes whether or not the client reads, and a client that reads late finds what has
 * arrived. After the last step the connection stays open and silent.
 *
 * <pre>{@code
 * ConnectionScript script =
 *     ConnectionScript.opens().event("1", "one").silence(ofSeconds(5)).event("2", "two").cut();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ConnectionScript {

  /** A step after the connection has opened. */
  sealed interface Step {
    record Brings(Frame frame) implements Step {}

    record IsSilent(Duration time) implements Step {}

    record Fails(Throwable failure) implements Step {}

    record Ends() implements Step {}

    record Runs(VirtualTime.Action action) implements Step {}
  }

  /** How long opening takes; null to hang until the connection is closed. */
  private final @Nullable Duration answersAfter;

  /** What opening throws; null to open. */
  private final @Nullable Throwable refusal;

  private final List<Step> steps = new ArrayList<>();

  private ConnectionScript(@Nullable Duration answersAfter, @Nullable Throwable refusal) {
    this.answersAfter = answersAfter;
    this.refusal = refusal;
  }

  // ---- Opening ----

  /** Opens the connection at once. */
  public static ConnectionScript opens() {
    return opensAfter(Duration.ZERO);
  }

  /** Opens the connection after a time. */
  public static ConnectionScript opensAfter(Duration time) {
    return new ConnectionScript(time, null);
  }

  /** Throws when the connection opens: what a transport may throw, or what it must not throw. */
  public static ConnectionScript refuses(Throwable refusal) {
    return refusesAfter(Duration.ZERO, refusal);
  }

  /** Throws when the connection opens, after a time. */
  public static ConnectionScript refusesAfter(Duration time, Throwable refusal) {
    return new ConnectionScript(time, Objects.requireNonNull(refusal, "refusal"));
  }

  /** Hangs until the connection is closed. */
  public static ConnectionScript hangs() {
    return new ConnectionScript(null, null);
  }

  // ---- What the server sends ----

  /** Sends an event of type {@code message}. */
  public ConnectionScript event(@Nullable String id, String data) {
    return event(id, "message", data);
  }

  /** Sends an event. */
  public ConnectionScript event(@Nullable String id, String type, String data) {
    return frame(Frame.event(id, type, data.getBytes(UTF_8)));
  }

  /** Sends an event for each id from {@code first} to {@code last}, with the id as its data. */
  public ConnectionScript events(int first, int last) {
    for (int id = first; id <= last; id++) {
      event(Integer.toString(id), Integer.toString(id));
    }
    return this;
  }

  /** Sends a heartbeat. */
  public ConnectionScript heartbeat() {
    return frame(Frame.heartbeat());
  }

  /** Sends a checkpoint that moves the cursor; an empty one clears it. */
  public ConnectionScript checkpoint(String cursor) {
    return frame(Frame.cursor(cursor));
  }

  /** Sends another base for the reconnect delay. */
  public ConnectionScript retry(Duration base) {
    return frame(new ScriptedFrame(Payload.Kind.CONTROL, null, null, "message", new byte[0], base));
  }

  /** Reports that the server cannot replay what was requested. */
  public ConnectionScript gap(String detail) {
    return frame(Frame.gap(detail));
  }

  /** Sends the declared end of a finite stream. */
  public ConnectionScript declaresEnd() {
    return frame(Frame.end());
  }

  /**
   * Sends an event whose cursor is not its id: an inherited one, as in server-sent events, or a
   * separate one, as in CouchDB.
   */
  public ConnectionScript eventAt(@Nullable String cursor, @Nullable String id, String data) {
    byte[] bytes = data.getBytes(UTF_8);
    return frame(new ScriptedFrame(Payload.Kind.EVENT, id, cursor, "message", bytes, null));
  }

  /** Sends a frame of any kind. */
  public ConnectionScript frame(Frame frame) {
    return step(new Step.Brings(Objects.requireNonNull(frame, "frame")));
  }

  // ---- Silence, faults and ends ----

  /** Sends no byte for a time. */
  public ConnectionScript silence(Duration time) {
    return step(new Step.IsSilent(time));
  }

  /** Breaks the connection, like a reset. */
  public ConnectionScript cut() {
    return cut(new SocketException("Connection reset"));
  }

  /** Throws from the read: what a transport may throw, or what it must not throw. */
  public ConnectionScript cut(Throwable failure) {
    return step(new Step.Fails(Objects.requireNonNull(failure, "failure")));
  }

  /** Ends the connection in order. */
  public ConnectionScript ends() {
    return step(new Step.Ends());
  }

  /** Runs an action of the test within the read, on the reading thread. */
  public ConnectionScript runs(VirtualTime.Action action) {
    return step(new Step.Runs(Objects.requireNonNull(action, "action")));
  }

  /** Repeats steps. */
  public ConnectionScript times(int count, Consumer<? super ConnectionScript> steps) {
    for (int i = 0; i < count; i++) {
      steps.accept(this);
    }
    return this;
  }

  private ConnectionScript step(Step step) {
    if (refusal != null || answersAfter == null) {
      throw new IllegalStateException("A connection that does not open can have no step " + step);
    }
    steps.add(step);
    return this;
  }

  // ---- For the connection ----

  /** Returns how long opening takes; null to hang until the connection is closed. */
  @Nullable Duration answersAfter() {
    return answersAfter;
  }

  void refuse() throws IOException {
    if (refusal != null) {
      throwAsTransport(refusal);
    }
  }

  /** Returns the step with this number, from 0; null after the last. */
  @Nullable Step step(int number) {
    return number < steps.size() ? steps.get(number) : null;
  }

  static void throwAsTransport(Throwable failure) throws IOException {
    if (failure instanceof IOException expected) {
      throw expected;
    } else if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    } else if (failure instanceof Error error) {
      throw error;
    }
    throw new IllegalArgumentException("A transport cannot throw " + failure, failure);
  }
}
