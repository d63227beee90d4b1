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
 * What one connection of a {@link ScriptedTransport} does, step by step. The steps follow the
 * server's own clock: silence passes whether or not somebody reads, and a consumer that comes late
 * finds what has arrived. After the last step the connection stays open and is silent.
 *
 * <pre>{@code
 * ConnectionScript script =
 *     ConnectionScript.opens().event("1", "one").silence(ofSeconds(5)).event("2", "two").cut();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ConnectionScript {

  /** One step after the open. */
  sealed interface Step {
    record Brings(Frame frame) implements Step {}

    record IsSilent(Duration time) implements Step {}

    record Fails(Throwable failure) implements Step {}

    record Ends() implements Step {}

    record Runs(VirtualTime.Action action) implements Step {}
  }

  /** Null hangs until the connection is closed. */
  private final @Nullable Duration answersAfter;

  /** Null accepts. */
  private final @Nullable Throwable refusal;

  private final List<Step> steps = new ArrayList<>();

  private ConnectionScript(@Nullable Duration answersAfter, @Nullable Throwable refusal) {
    this.answersAfter = answersAfter;
    this.refusal = refusal;
  }

  // ---- How the attempt begins ----

  /** The connection opens at once. */
  public static ConnectionScript opens() {
    return opensAfter(Duration.ZERO);
  }

  /** The connection opens after this time. */
  public static ConnectionScript opensAfter(Duration time) {
    return new ConnectionScript(time, null);
  }

  /** Opening throws this at once: what a transport throws, or what it must not throw. */
  public static ConnectionScript refuses(Throwable refusal) {
    return refusesAfter(Duration.ZERO, refusal);
  }

  /** Opening throws this after a time. */
  public static ConnectionScript refusesAfter(Duration time, Throwable refusal) {
    return new ConnectionScript(time, Objects.requireNonNull(refusal, "refusal"));
  }

  /** Opening hangs until the connection is closed. */
  public static ConnectionScript hangs() {
    return new ConnectionScript(null, null);
  }

  // ---- What the server sends ----

  /** An event of type {@code message}. */
  public ConnectionScript event(@Nullable String id, String data) {
    return event(id, "message", data);
  }

  /** An event. */
  public ConnectionScript event(@Nullable String id, String type, String data) {
    return frame(Frame.event(id, type, data.getBytes(UTF_8)));
  }

  /** One event for each id from {@code first} to {@code last}, with the id as its data. */
  public ConnectionScript events(int first, int last) {
    for (int id = first; id <= last; id++) {
      event(Integer.toString(id), Integer.toString(id));
    }
    return this;
  }

  /** A sign of life. */
  public ConnectionScript heartbeat() {
    return frame(Frame.heartbeat());
  }

  /** A checkpoint that moves the cursor; an empty one clears it. */
  public ConnectionScript checkpoint(String cursor) {
    return frame(Frame.cursor(cursor));
  }

  /** The server asks for another base of the reconnect delay. */
  public ConnectionScript retry(Duration base) {
    return frame(new ScriptedFrame(Payload.Kind.CONTROL, null, null, "message", new byte[0], base));
  }

  /** The server says that it cannot replay what was asked for. */
  public ConnectionScript gap(String detail) {
    return frame(Frame.gap(detail));
  }

  /** The declared end of a finite stream. */
  public ConnectionScript declaresEnd() {
    return frame(Frame.end());
  }

  /**
   * An event whose cursor is not its id: one that it took over, as server-sent events do, or one of
   * its own, as in CouchDB.
   */
  public ConnectionScript eventAt(@Nullable String cursor, @Nullable String id, String data) {
    byte[] bytes = data.getBytes(UTF_8);
    return frame(new ScriptedFrame(Payload.Kind.EVENT, id, cursor, "message", bytes, null));
  }

  /** Any frame. */
  public ConnectionScript frame(Frame frame) {
    return step(new Step.Brings(Objects.requireNonNull(frame, "frame")));
  }

  // ---- What else happens ----

  /** No byte comes for this long. */
  public ConnectionScript silence(Duration time) {
    return step(new Step.IsSilent(time));
  }

  /** The connection breaks, as by a reset. */
  public ConnectionScript cut() {
    return cut(new SocketException("Connection reset"));
  }

  /** Reading throws this: what a transport throws, or what it must not throw. */
  public ConnectionScript cut(Throwable failure) {
    return step(new Step.Fails(Objects.requireNonNull(failure, "failure")));
  }

  /** The server ends the connection in good order. */
  public ConnectionScript ends() {
    return step(new Step.Ends());
  }

  /** The test does something, on the reading thread, within the read. */
  public ConnectionScript runs(VirtualTime.Action action) {
    return step(new Step.Runs(Objects.requireNonNull(action, "action")));
  }

  /** The same steps so many times. */
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

  // ---- The connection ----

  /** Null hangs until the connection is closed. */
  @Nullable Duration answersAfter() {
    return answersAfter;
  }

  void refuse() throws IOException {
    if (refusal != null) {
      throwAsTransport(refusal);
    }
  }

  /** The step with this number; null after the last. */
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
