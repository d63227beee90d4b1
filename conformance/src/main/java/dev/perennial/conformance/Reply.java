package dev.perennial.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a scenario's server treats one request, step by step. Belongs to the thread that writes it;
 * not changed once it is played.
 */
final class Reply {
  private final Protocol protocol;
  private final List<Step> steps = new ArrayList<>();

  private Reply(Protocol protocol) {
    this.protocol = protocol;
  }

  /** Nothing yet: not even a head. */
  static Reply silent(Protocol protocol) {
    return new Reply(protocol);
  }

  /** The stream is opened as it should be. */
  static Reply open(Protocol protocol) {
    return silent(protocol).step(new Step.Open(WireFormat.contentType(protocol), List.of(), true));
  }

  /** The stream is opened by an answer of another type, or with other headers. */
  static Reply open(Protocol protocol, String contentType, String... headerLines) {
    return silent(protocol).step(new Step.Open(contentType, List.of(headerLines), true));
  }

  /** The stream is opened, and its body ends when the connection is closed. */
  static Reply openUntilClose(Protocol protocol) {
    return silent(protocol).step(new Step.Open(WireFormat.contentType(protocol), List.of(), false));
  }

  /** A whole answer in place of the stream. */
  static Reply answer(Protocol protocol, int status, String... headerLines) {
    return silent(protocol).step(new Step.Answer(status, List.of(headerLines), ""));
  }

  // ---- Bytes ----

  /** Text of the body as it is, in one write; of a WebSocket, one text message. */
  Reply send(String text) {
    return protocol == Protocol.WEBSOCKET
        ? frame(WebSocketFrame.text(text))
        : send(text.getBytes(UTF_8), Format.visible(text));
  }

  Reply send(byte[] bytes, String words) {
    return step(new Step.Send(bytes, words));
  }

  Reply frame(WebSocketFrame frame) {
    if (frame.opcode() == WebSocketFrame.CLOSE) {
      return step(new Step.Close(frame));
    }
    return send(frame.encoded(), Format.visible(frame.toString()));
  }

  Reply raw(String text) {
    return step(new Step.Raw(text.getBytes(UTF_8), Format.visible(text)));
  }

  /** An event of no log. */
  Reply event(@Nullable String id, String data) {
    return send(
        WireFormat.event(protocol, id, null, data),
        "event " + (id == null ? "without id" : id) + ": " + Format.visible(data));
  }

  /** Bytes one by one, with a time between. */
  Reply trickle(byte[] bytes, Duration between) {
    for (byte one : bytes) {
      send(new byte[] {one}, "byte " + Format.visible(String.valueOf((char) (one & 0xff))));
      pause(between);
    }
    return this;
  }

  /** The same bytes again and again, until so many were sent or the client has left. */
  Reply flood(String unit, long bytes, String words) {
    return step(new Step.Flood(unit.getBytes(UTF_8), bytes, words));
  }

  Reply heartbeat() {
    return send(WireFormat.heartbeat(protocol), "heartbeat");
  }

  /** The log's events after the cursor that was asked for, up to number {@code to}. */
  Reply replay(int to) {
    return step(new Step.Replay(to, 0));
  }

  /** The same, beginning {@code overlap} events before what was asked for. */
  Reply replay(int to, int overlap) {
    return step(new Step.Replay(to, overlap));
  }

  // ---- Time ----

  Reply pause(Duration time) {
    return step(new Step.Pause(time));
  }

  /** Nothing is done until the client has told of so many events, or time is up. */
  Reply awaitDelivered(int events) {
    return await(
        trace -> trace.delivered() >= events, "waits until event " + events + " was delivered");
  }

  Reply await(Predicate<? super Trace> condition, String words) {
    return step(new Step.Await(condition, words));
  }

  /** Heartbeats with a time between. */
  Reply heartbeats(int count, Duration between) {
    for (int i = 0; i < count; i++) {
      heartbeat().pause(between);
    }
    return this;
  }

  // ---- Ends ----

  Reply cut(Cut how) {
    return step(new Step.Break(how));
  }

  /** In good order: a last chunk, or a close frame that says that the server goes away. */
  Reply end() {
    return step(new Step.End());
  }

  /** A close frame with this code, and then the end of the connection. */
  Reply close(int code) {
    return frame(WebSocketFrame.close(code, "")).step(new Step.End());
  }

  /** Open and silent, until the client leaves. */
  Reply hold() {
    return step(new Step.Hold());
  }

  Reply step(Step step) {
    steps.add(step);
    return this;
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** What it does, a step after the other. */
  String words() {
    return String.join("; ", steps.stream().map(Step::words).toList());
  }
}
