package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.testkit.internal.ByteBuilder;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Writes frames of one WebSocket from any thread, and none after a close frame. */
final class WebSocketFrameWriter {

  private final Exchange exchange;

  /** Held while bytes are written, so that the frames of two threads do not mix. */
  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by writing.
  private boolean closed;

  WebSocketFrameWriter(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Writes frames at once and clears them. */
  void write(ByteBuilder frames) throws IOException {
    writing.lock();
    try {
      if (closed) {
        frames.clear();
      } else {
        frames.writeTo(exchange.output());
      }
    } finally {
      writing.unlock();
    }
  }

  void send(WebSocketFrame frame) throws IOException {
    writing.lock();
    try {
      if (!closed) {
        closed = frame.opcode() == WebSocketFrame.CLOSE;
        exchange.write(frame.encoded());
      }
    } finally {
      writing.unlock();
    }
  }
}
