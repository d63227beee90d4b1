package dev.perennial.conformance.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.Protocol;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a scenario's server treats one request, step by step. Belongs to the thread that writes it,
 * and does not change once it is played.
 */
public final class Reply {
  /** A placeholder for the address of the other origin, in a header line. */
  public static final String OTHER = "{other}";

  /** A placeholder for the address that the client was sent to, in a header line. */
  public static final String HERE = "{here}";

  private final Protocol protocol;
  private final List<Step> steps = new ArrayList<>();

  private Reply(Protocol protocol) {
    this.protocol = protocol;
  }

  /** Returns a reply that does nothing yet, not even send a head. */
  public static Reply silent(Protocol protocol) {
    return new Reply(protocol);
  }

  /** Opens the stream as it should be. */
  public static Reply open(Protocol protocol) {
    return open(protocol, WireFormat.contentType(protocol));
  }

  /** Opens the stream with another content type, or with more headers. */
  public static Reply open(Protocol protocol, String contentType, String... headerLines) {
    return silent(protocol).step(new Step.Open(contentType, List.of(headerLines), true));
  }

  /** Opens the stream with a body that ends when the connection is closed. */
  public static Reply openUntilClose(Protocol protocol) {
    return silent(protocol).step(new Step.Open(WireFormat.contentType(protocol), List.of(), false));
  }

  /** Sends the head that opens the stream, after the steps so far. */
  public Reply opened() {
    return step(new Step.Open(WireFormat.contentType(protocol), List.of(), true));
  }

  /** Sends a whole answer in place of the stream. */
  public static Reply answer(Protocol protocol, int status, String... headerLines) {
    return silent(protocol).step(new Step.Answer(status, List.of(headerLines), ""));
  }

  // ---- Bytes ----

  /** Sends text of the body in one write; over a WebSocket, one text message. */
  public Reply send(String text) {
    return protocol == Protocol.WEBSOCKET
        ? frame(WebSocketFrame.text(text))
        : send(text.getBytes(UTF_8), Format.visible(text));
  }

  public Reply send(byte[] bytes, String description) {
    return step(new Step.Send(bytes, description));
  }

  public Reply frame(WebSocketFrame frame) {
    if (frame.opcode() == WebSocketFrame.CLOSE) {
      return step(new Step.Close(frame));
    }
    return send(frame.encoded(), Format.visible(frame.toString()));
  }

  public Reply raw(String text) {
    return step(new Step.Raw(text.getBytes(UTF_8), Format.visible(text)));
  }

  /** Sends an event that is not in the log. */
  public Reply event(@Nullable String id, String data) {
    return send(
        WireFormat.event(protocol, id, null, data),
        "event " + (id == null ? "without id" : id) + ": " + Format.visible(data));
  }

  /** Sends bytes one by one, with a pause after each. */
  public Reply trickle(byte[] bytes, Duration between) {
    for (byte value : bytes) {
      String shown = Format.visible(String.valueOf((char) (value & 0xff)));
      send(new byte[] {value}, "byte " + shown).pause(between);
    }
    return this;
  }

  /** Sends the same text again and again, until the total is reached or the client leaves. */
  public Reply flood(String unit, long bytes, String description) {
    return step(new Step.Flood(unit.getBytes(UTF_8), bytes, description));
  }

  public Reply heartbeat() {
    return send(WireFormat.heartbeat(protocol), "heartbeat");
  }

  /** Sends the log's events after the request's cursor, up to number {@code to}. */
  public Reply replay(int to) {
    return replay(to, 0);
  }

  /** Sends the same, starting {@code overlap} events earlier. */
  public Reply replay(int to, int overlap) {
    return step(new Step.Replay(to, overlap));
  }

  // ---- Time ----

  public Reply pause(Duration time) {
    return step(new Step.Pause(time));
  }

  /** Waits until the client has reported this many events, or the run's limit is reached. */
  public Reply awaitDelivered(int events) {
    return await(
        trace -> trace.delivered() >= events, "waits until event " + events + " was delivered");
  }

  public Reply await(Predicate<? super Trace> condition, String description) {
    return step(new Step.Await(condition, description));
  }

  /** Sends heartbeats, with a pause after each. */
  public Reply heartbeats(int count, Duration between) {
    for (int i = 0; i < count; i++) {
      heartbeat().pause(between);
    }
    return this;
  }

  // ---- Ends ----

  public Reply cut(Cut how) {
    return step(new Step.Break(how));
  }

  /** Ends one stream of HTTP/2 with a code, and not its connection. */
  public Reply reset(int code) {
    return step(new Step.Reset(code));
  }

  /** Sends GOAWAY: the streams before this one go on, this one and later ones do not. */
  public Reply goAway() {
    return step(new Step.GoAway());
  }

  /** Falls silent on the whole connection of HTTP/2. */
  public Reply freeze() {
    return step(new Step.Freeze());
  }

  /** Ends in order: with the last chunk, or with a close frame of code 1001. */
  public Reply end() {
    return step(new Step.End());
  }

  /** Sends a close frame with this code, and ends the connection. */
  public Reply close(int code) {
    return frame(WebSocketFrame.close(code, "")).step(new Step.End());
  }

  /** Stays open and silent until the client leaves. */
  public Reply hold() {
    return step(new Step.Hold());
  }

  public Reply step(Step step) {
    steps.add(step);
    return this;
  }

  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Describes all steps in words that follow "the server". */
  String description() {
    return String.join("; ", steps.stream().map(Step::description).toList());
  }
}
