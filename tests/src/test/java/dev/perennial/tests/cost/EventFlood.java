package dev.perennial.tests.cost;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.IntFunction;

/** A server on loopback that sends one client as many events as it reads, with ids from 1. */
final class EventFlood implements AutoCloseable {
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final String contentType;
  private final IntFunction<byte[]> event;

  /**
   * A server that runs.
   *
   * @param contentType of the answer; empty for a WebSocket
   * @param event the bytes of each event
   */
  EventFlood(String contentType, IntFunction<byte[]> event) throws IOException {
    this.contentType = contentType;
    this.event = event;
    Thread thread = new Thread(this::serve, "event-flood");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns the bytes of a text message (RFC 6455, 5.2). */
  static byte[] message(String text) {
    byte[] payload = text.getBytes(US_ASCII);
    ByteBuffer frame = ByteBuffer.allocate(4 + payload.length);
    return frame
        .put((byte) 0x81)
        .put((byte) 126)
        .putShort((short) payload.length)
        .put(payload)
        .array();
  }

  int port() {
    return listening.getLocalPort();
  }

  private void serve() {
    try (Socket socket = listening.accept();
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024)) {
      out.write(head(readHead(in)).getBytes(US_ASCII));
      for (int id = 1; ; id++) {
        out.write(event.apply(id));
      }
    } catch (IOException e) {
      // The client has gone, as it should in the end.
    }
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    return head.toString();
  }

  private String head(String request) {
    if (!contentType.isEmpty()) {
      return "HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\n\r\n";
    }
    String key = request.replaceFirst("(?is).*\r\nsec-websocket-key: ([^\r]+)\r\n.*", "$1");
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + accept(key)
        + "\r\n\r\n";
  }

  private static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha1.digest((key + ACCEPT_SUFFIX).getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
