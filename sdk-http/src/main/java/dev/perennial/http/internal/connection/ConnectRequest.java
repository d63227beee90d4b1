package dev.perennial.http.internal.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import okhttp3.Authenticator;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks an HTTP proxy for a tunnel to a server (RFC 9110, 9.3.6).
 *
 * @param server the host and port are asked for; the rest is not shown to the proxy
 * @param authenticator makes the proxy's credentials, as for OkHttp's own tunnels: it is asked
 *     before the first request, with the challenge {@code OkHttp-Preemptive}, and after a 407
 */
record ConnectRequest(HttpUrl server, Authenticator authenticator) {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_ATTEMPTS = 3;
  private static final String PROXY_AUTHENTICATE = "Proxy-Authenticate";

  /**
   * Opens the tunnel through a socket that is connected to the proxy.
   *
   * @throws IOException if the proxy refuses; in the words of OkHttp
   */
  void open(Socket socket) throws IOException {
    Request request = first();
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      write(socket.getOutputStream(), request);
      Response response = read(socket.getInputStream(), request);
      if (response.code() == 200) {
        return;
      }
      if (response.code() != 407) {
        throw new IOException("Unexpected response code for CONNECT: " + response.code());
      }
      request = authenticator.authenticate(null, response);
      if (request == null) {
        throw new IOException("Failed to authenticate with proxy");
      }
      if ("close".equalsIgnoreCase(response.header("Connection"))) {
        throw new IOException("Expected the proxy to keep the connection after 407 but it did not");
      }
      discard(socket.getInputStream(), response);
    }
    throw new ProtocolException("Too many tunnel connections attempted: " + MAX_ATTEMPTS);
  }

  private Request first() throws IOException {
    Request request =
        new Request.Builder()
            .url(server)
            .method("CONNECT", null)
            .header("Host", target())
            .header("Proxy-Connection", "Keep-Alive")
            .build();
    Response challenge =
        response(request, 407, "Preemptive Authenticate")
            .header(PROXY_AUTHENTICATE, "OkHttp-Preemptive")
            .build();
    Request authenticated = authenticator.authenticate(null, challenge);
    return authenticated != null ? authenticated : request;
  }

  private String target() {
    String host = server.host();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port();
  }

  private static Response.Builder response(Request request, int code, String phrase) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(code)
        .message(phrase);
  }

  private void write(OutputStream out, Request request) throws IOException {
    StringBuilder head = new StringBuilder("CONNECT ").append(target()).append(" HTTP/1.1\r\n");
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      head.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    out.flush();
  }

  /** Reads the head, and no byte of what follows: after a 200 that is the server's. */
  private static Response read(InputStream in, Request request) throws IOException {
    int[] left = {MAX_HEAD_BYTES};
    String[] status = readLine(in, left).split(" ", 3);
    int code = status.length > 1 ? parseCode(status[1]) : -1;
    if (!status[0].startsWith("HTTP/1.") || code < 100) {
      throw new ProtocolException("Unexpected status line for CONNECT");
    }
    Headers.Builder headers = new Headers.Builder();
    for (String line = readLine(in, left); !line.isEmpty(); line = readLine(in, left)) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new ProtocolException("Unexpected header for CONNECT");
      }
      headers.addUnsafeNonAscii(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
    }
    return response(request, code, "").headers(headers.build()).build();
  }

  private static int parseCode(String digits) {
    return digits.matches("[1-5][0-9]{2}") ? Integer.parseInt(digits) : -1;
  }

  private static String readLine(InputStream in, int[] left) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next == -1) {
        throw new EOFException("Expected an answer to CONNECT but the proxy closed");
      }
      if (--left[0] < 0) {
        throw new ProtocolException("Too many bytes in the answer to CONNECT");
      }
      line.append((char) next);
    }
    int length = line.length();
    boolean hasCr = length > 0 && line.charAt(length - 1) == '\r';
    return line.substring(0, hasCr ? length - 1 : length);
  }

  private static void discard(InputStream in, Response response) throws IOException {
    @Nullable String length = response.header("Content-Length");
    if (length == null || !length.matches("[0-9]{1,6}")) {
      throw new IOException("Expected a Content-Length of the proxy's 407 but was " + length);
    }
    for (int left = Integer.parseInt(length); left > 0; left--) {
      if (in.read() == -1) {
        throw new EOFException("Expected the whole answer to CONNECT but the proxy closed");
      }
    }
  }
}
