package dev.perennial.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A WebSocket client on a {@link RawClient}: it sends masked frames and answers nothing. */
final class RawWebSocket implements AutoCloseable {

  /** The example of RFC 6455 1.3. */
  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  private static final int MASK = 0x37fa213d;

  private final RawClient client;
  private final List<String> head;

  private RawWebSocket(RawClient client) throws IOException {
    this.client = client;
    this.head = client.readHead();
  }

  /** Opens a WebSocket, or reads the head of the response that refuses it. */
  static RawWebSocket open(int port, String target, String... headerLines) throws IOException {
    return new RawWebSocket(RawClient.get(port, target, handshake(headerLines)));
  }

  static String[] handshake(String... more) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "Upgrade: websocket",
                "Connection: keep-alive, Upgrade",
                "Sec-WebSocket-Key: " + KEY,
                "Sec-WebSocket-Version: 13"));
    lines.addAll(Arrays.asList(more));
    return lines.toArray(new String[0]);
  }

  List<String> head() {
    return head;
  }

  int status() {
    return Integer.parseInt(head.get(0).split(" ", -1)[1]);
  }

  RawClient raw() {
    return client;
  }

  void send(WebSocketFrame frame) throws IOException {
    client.send(frame.encodedMasked(MASK));
  }

  void send(String text) throws IOException {
    send(WebSocketFrame.text(text));
  }

  /** Reads the next frame and fails when it is masked. */
  WebSocketFrame read() throws IOException {
    int first = require();
    int second = require();
    if (second > 127) {
      throw new AssertionError("Expected a frame that is not masked but its byte was " + second);
    }
    long length = second;
    if (second > 125) {
      length = 0;
      for (int i = 0; i < (second == 126 ? 2 : 8); i++) {
        length = length * 256 + require();
      }
    }
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (long i = 0; i < length; i++) {
      payload.write(require());
    }
    WebSocketFrame frame =
        WebSocketFrame.of(first & 15, payload.toByteArray()).withRsv(first >> 4 & 7);
    return first > 127 ? frame : frame.unfinished();
  }

  /** Reads the text of the next frame and fails unless it is a whole text message. */
  String readText() throws IOException {
    WebSocketFrame frame = read();
    if (!frame.equals(WebSocketFrame.text(frame.text()))) {
      throw new AssertionError("Expected a text message but was " + frame);
    }
    return frame.text();
  }

  private int require() throws IOException {
    int next = client.read();
    if (next < 0) {
      throw new EOFException("ended in frame");
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
