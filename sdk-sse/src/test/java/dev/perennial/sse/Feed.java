package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.util.ArrayList;
import java.util.List;

/** Feeds a framer as a connection does, and collects the frames. */
final class Feed {
  static final int MAX_EVENT_BYTES = 8 * 1024 * 1024;
  static final int MAX_ID_BYTES = 4 * 1024;

  final SseFramer framer;
  final ReadBuffer buffer = ReadBuffer.of(new byte[0], 0, 0);
  final List<SeenFrame> seen = new ArrayList<>();

  /** Null until the framer throws; from then on nothing is read. */
  TransportException failure;

  Feed(int maxEventBytes) {
    this.framer = new SseFramer(maxEventBytes, MAX_ID_BYTES, false, false);
  }

  Feed() {
    this(MAX_EVENT_BYTES);
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

  Feed read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  /** Feeds one read of ISO-8859-1 text. */
  Feed read(String latin1) {
    return read(latin1.getBytes(ISO_8859_1));
  }

  Feed eachByteAlone(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      read(bytes, i, 1);
    }
    return this;
  }

  /** Returns the frames, then the failure without its size, which depends on the reads. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    seen.forEach(frame -> lines.add(frame.toString()));
    if (failure != null) {
      String message = failure.getMessage();
      String limit = message.substring(0, message.indexOf(" but was "));
      lines.add(failure.reason() + " " + SeenFrame.quoted(limit));
    }
    return lines;
  }
}
