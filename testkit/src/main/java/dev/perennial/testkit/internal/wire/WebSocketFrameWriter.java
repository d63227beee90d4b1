package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.testkit.internal.ByteBuilder;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Writes the frames of one WebSocket from any thread, each whole, and none after a close frame. */
final class WebSocketFrameWriter {

  // Final.
  private final Exchange exchange;

  /** Held while bytes are written: its one use is that the frames of two threads do not mix. */
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
