package dev.perennial.websocket;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import okio.ForwardingSink;
import okio.Okio;

/** An outbound whose threads run on the test's own when it says so. */
final class HeldSender {
  static final long LIMIT = 10;

  final Buffer wire = new Buffer();
  final HeldThreads threads = new HeldThreads();
  final List<String> ends = new ArrayList<>();

  /** Runs whenever bytes are written to the wire; null for nothing. */
  Write onWrite;

  /** Null until sending failed. */
  IOException failure;

  final FrameSender outbound;

  HeldSender() {
    this(LIMIT);
  }

  HeldSender(long limit) {
    outbound =
        new FrameSender(
            new FrameWriter(
                Okio.buffer(
                    new ForwardingSink(wire) {
                      @Override
                      public void write(Buffer source, long byteCount) throws IOException {
                        if (onWrite != null) {
                          onWrite.run();
                        }
                        super.write(source, byteCount);
                      }

                      @Override
                      public void close() {
                        ends.add("sink closed with " + wire.size() + " bytes on the wire");
                      }
                    }),
                new Random(7)),
            limit,
            threads,
            threads,
            new FrameSender.Listener() {
              @Override
              public void onCloseSent() {
                ends.add("closed with " + wire.size() + " bytes on the wire");
              }

              @Override
              public void onSendFailed(IOException thrown) {
                ends.add("failed");
                failure = thrown;
              }
            });
  }

  interface Write {
    void run() throws IOException;
  }

  static Message text(String text) {
    return Message.text(text);
  }

  /** Runs the threads, and returns what they sent. */
  List<String> sent() throws Exception {
    threads.run();
    return ClientFrame.readAll(wire);
  }
}
