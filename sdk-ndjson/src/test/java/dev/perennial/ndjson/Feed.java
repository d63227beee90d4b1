package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.util.ArrayList;
import java.util.List;

/** Feeds a framer as a connection does, and collects the frames. */
final class Feed {
  static final int MAX_EVENT_BYTES = 8 * 1024 * 1024;

  final Framer framer;
  final ReadBuffer buffer = ReadBuffer.of(new byte[0], 0, 0);
  final List<SeenFrame> seen = new ArrayList<>();

  /** Null until the framer throws; from then on nothing is read. */
  TransportException failure;

  private Feed(Framer framer) {
    this.framer = framer;
  }

  static Feed lines() {
    return lines(MAX_EVENT_BYTES);
  }

  static Feed lines(int maxEventBytes) {
    return new Feed(new LineFramer(maxEventBytes, false, frames()));
  }

  static Feed linesWithTheLast() {
    return new Feed(new LineFramer(MAX_EVENT_BYTES, true, frames()));
  }

  static Feed prefixed(int maxEventBytes) {
    return new Feed(new PrefixedFramer(maxEventBytes, frames()));
  }

  static Feed framed(Framing framing) {
    return framed(framing, MAX_EVENT_BYTES);
  }

  static Feed framed(Framing framing, int maxEventBytes) {
    return new Feed(framing.framer(maxEventBytes, frames()));
  }

  private static JsonFrames frames() {
    JsonField id = Json.field("/id");
    return new JsonFrames(id, 4096);
  }

  /** Feeds the bytes of one read. */
  Feed read(byte[] bytes, int offset, int length) {
    if (failure != null) {
      return this;
    }
    buffer.append(bytes, offset, length);
    try {
      for (Frame frame = framer.next(buffer); frame != null; frame = framer.next(buffer)) {
        seen.add(SeenFrame.of(frame));
      }
    } catch (TransportException e) {
      failure = e;
    }
    return this;
  }

  /** Returns the next frame; null when more bytes are needed. */
  Frame next() {
    try {
      return framer.next(buffer);
    } catch (TransportException e) {
      throw new AssertionError(e);
    }
  }

  Feed read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  Feed read(String text) {
    return read(text.getBytes(UTF_8));
  }

  Feed eachByteAlone(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      read(bytes, i, 1);
    }
    return this;
  }

  /** Ends the body in good order. */
  Feed end() {
    try {
      Frame last = framer.end(buffer);
      if (last != null) {
        seen.add(SeenFrame.of(last));
      }
    } catch (TransportException e) {
      failure = e;
    }
    return this;
  }

  /** Returns the outcome without heartbeats: blanks that come apart are several. */
  List<String> events() {
    return outcome().stream().filter(line -> !line.equals("HEARTBEAT")).toList();
  }

  /** Returns the frames, then the failure if there is one. */
  List<String> outcome() {
    List<String> lines = new ArrayList<>();
    seen.forEach(frame -> lines.add(frame.toString()));
    if (failure != null) {
      lines.add(failure.reason() + " " + failure.getMessage());
    }
    return lines;
  }
}
