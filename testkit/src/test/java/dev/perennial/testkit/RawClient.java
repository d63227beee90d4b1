package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** A plain socket as a client. Every read has a timeout. */
final class RawClient implements AutoCloseable {

  private final Socket socket;
  private final InputStream input;
  private int leftInChunk;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream(), 256 * 1024);
  }

  static RawClient connect(int port) throws IOException {
    return over(new Socket("127.0.0.1", port));
  }

  static RawClient over(Socket socket) throws IOException {
    socket.setSoTimeout((int) Bounded.LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    return new RawClient(socket);
  }

  /** Connects and sends a GET with the given header lines. */
  static RawClient get(int port, String target, String... headerLines) throws IOException {
    RawClient client = connect(port);
    client.sendGet(target, headerLines);
    return client;
  }

  void sendGet(String target, String... headerLines) throws IOException {
    StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: test\r\n");
    for (String line : headerLines) {
      request.append(line).append("\r\n");
    }
    send(request.append("\r\n").toString());
  }

  Socket socket() {
    return socket;
  }

  void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Reads the status line and the headers, and returns the status. */
  int readStatus() throws IOException {
    return Integer.parseInt(readHead().get(0).split(" ", -1)[1]);
  }

  /** Reads the status line and the headers. */
  List<String> readHead() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = readRawLine(); !line.isEmpty(); line = readRawLine()) {
      lines.add(line);
    }
    return lines;
  }

  private String readRawLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException("ended in line: " + line.toString(UTF_8));
      }
      line.write(next);
    }
    return line.toString(UTF_8).stripTrailing();
  }

  /** Reads one byte of a chunked body. Returns -1 after its last chunk. */
  int readChunked() throws IOException {
    if (leftInChunk == 0) {
      leftInChunk = Integer.parseInt(readRawLine(), 16);
      if (leftInChunk == 0) {
        readRawLine();
        return -1;
      }
    }
    int next = input.read();
    if (next < 0) {
      throw new EOFException("ended in chunk");
    }
    if (--leftInChunk == 0) {
      readRawLine();
    }
    return next;
  }

  /** Reads one line of a chunked body of text. */
  String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = readChunked(); next != '\n'; next = readChunked()) {
      if (next < 0) {
        throw new EOFException("body ended in line: " + line.toString(UTF_8));
      }
      line.write(next);
    }
    return line.toString(UTF_8);
  }

  /** Reads this many lines that are not empty. */
  List<String> readLines(int count) throws IOException {
    List<String> lines = new ArrayList<>();
    while (lines.size() < count) {
      String line = readLine();
      if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    return lines;
  }

  /** Reads one byte. Returns -1 at the end. */
  int read() throws IOException {
    return input.read();
  }

  /** Reads until the connection ends or is reset. */
  Received readToEnd() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        bytes.write(buffer, 0, count);
      }
      return new Received(bytes.toString(UTF_8), false);
    } catch (SocketException e) {
      return new Received(bytes.toString(UTF_8), true);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What was received before the connection ended, and how it ended. */
  record Received(String text, boolean reset) {}
}
