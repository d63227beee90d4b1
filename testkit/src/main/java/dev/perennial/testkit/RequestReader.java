package dev.perennial.testkit;

import dev.perennial.testkit.internal.RealTime;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the HTTP/1.1 requests of one connection. */
final class RequestReader {

  private final InputStream input;
  private final int connection;
  private final int maxHeadBytes;
  private final int maxBodyBytes;
  private int headBytes; // of the head or chunk line being read

  RequestReader(InputStream input, int connection, int maxHeadBytes, int maxBodyBytes) {
    this.input = input;
    this.connection = connection;
    this.maxHeadBytes = maxHeadBytes;
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Reads the next request; null when the connection ended orderly before it. */
  @Nullable ReceivedRequest read() throws IOException {
    headBytes = 0;
    String requestLine = readLine();
    if (requestLine == null) {
      return null;
    }
    String[] words = requestLine.split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      throw new RefusedRequestException(400, "Expected a request line but was " + requestLine);
    }
    List<Map.Entry<String, String>> headers = readHeaders();
    long arrivalNanos = RealTime.nanoTime();
    byte[] body = readBody(headers);
    return new ReceivedRequest(connection, arrivalNanos, words[0], words[1], headers, body);
  }

  private List<Map.Entry<String, String>> readHeaders() throws IOException {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line = requireLine(); !line.isEmpty(); line = requireLine()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new RefusedRequestException(400, "Expected a header but was " + line);
      }
      headers.add(Map.entry(line.substring(0, colon), trimmed(line.substring(colon + 1))));
    }
    return headers;
  }

  /** Only spaces and tabs surround a value (RFC 9110 5.5): control characters belong to it. */
  private static String trimmed(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isBlank(value.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isBlank(char character) {
    return character == ' ' || character == '\t';
  }

  private byte[] readBody(List<Map.Entry<String, String>> headers) throws IOException {
    String length = null;
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase("Transfer-Encoding")) {
        return readChunkedBody();
      }
      if (header.getKey().equalsIgnoreCase("Content-Length")) {
        length = header.getValue();
      }
    }
    if (length == null) {
      return new byte[0];
    }
    return readExactly(sizeOf(length, 10));
  }

  private byte[] readChunkedBody() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      headBytes = 0;
      String line = requireLine();
      int extension = line.indexOf(';');
      int size = sizeOf(extension < 0 ? line : line.substring(0, extension), 16);
      if (size == 0) {
        while (!requireLine().isEmpty()) {
          // Trailers are ignored.
        }
        return body.toByteArray();
      }
      if (size > maxBodyBytes - body.size()) {
        throw tooLarge();
      }
      body.writeBytes(readExactly(size));
      requireLine();
    }
  }

  private int sizeOf(String digits, int radix) throws RefusedRequestException {
    long size;
    try {
      size = Long.parseLong(digits.strip(), radix);
    } catch (NumberFormatException e) {
      size = -1;
    }
    if (size < 0) {
      throw new RefusedRequestException(400, "Expected a body size but was " + digits);
    }
    if (size > maxBodyBytes) {
      throw tooLarge();
    }
    return (int) size;
  }

  private RefusedRequestException tooLarge() {
    return new RefusedRequestException(413, "Expected a body up to " + maxBodyBytes + " bytes");
  }

  private byte[] readExactly(int size) throws IOException {
    byte[] bytes = input.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("Expected " + size + " body bytes but got " + bytes.length);
    }
    return bytes;
  }

  private String requireLine() throws IOException {
    String line = readLine();
    if (line == null) {
      throw new EOFException("The connection ended within a request");
    }
    return line;
  }

  /** Reads up to a line feed, without it and a carriage return before it; null at the end. */
  private @Nullable String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = input.read();
      if (next < 0) {
        if (line.size() == 0) {
          return null;
        }
        throw new EOFException("The connection ended within a line");
      }
      if (++headBytes > maxHeadBytes) {
        throw new RefusedRequestException(431, "Expected a head up to " + maxHeadBytes + " bytes");
      }
      if (next == '\n') {
        break;
      }
      line.write(next);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
