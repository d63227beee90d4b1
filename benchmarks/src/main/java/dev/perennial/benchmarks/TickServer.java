package dev.perennial.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import okio.ByteString;

/**
 * Serves the workload that the URL describes, as fast as the client reads, and then leaves the
 * connection open and silent: its end would make clients reconnect while they are measured.
 */
final class TickServer implements Closeable {
  static final String PORT_LINE = "port ";

  /**
   * The query parameter by which a WebSocket client says that it requests the first frame with an
   * empty one.
   */
  static final String WHEN_ASKED = "when-asked";

  /** An empty frame from a client: two bytes and its mask. */
  private static final int EMPTY_FRAME_BYTES = 6;

  /** RFC 6455, 1.3. */
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket listener;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();

  private TickServer(ServerSocket listener) {
    this.listener = listener;
  }

  static TickServer start() throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    TickServer server = new TickServer(listener);
    startDaemon("tick-server", server::accept);
    return server;
  }

  /** Prints its port on standard output, and ends when standard input is closed. */
  public static void main(String[] args) throws IOException {
    try (TickServer server = start()) {
      System.out.println(PORT_LINE + server.port());
      System.out.flush();
      while (System.in.read() >= 0) {
        // The parent writes nothing; when it dies, the pipe is closed.
      }
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        startDaemon("tick-server-client", () -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new IllegalStateException("The server cannot accept connections", e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      List<String> request = readRequest(in);
      if (request.isEmpty()) {
        return; // The connection was closed unused.
      }
      HttpUrl url = urlOf(request);
      Workload workload = Workload.of(url);
      out.write(headFor(workload.transport(), request).getBytes(US_ASCII));
      if (url.queryParameter(WHEN_ASKED) != null) {
        in.readNBytes(EMPTY_FRAME_BYTES);
      }
      new TickBody(workload).writeTo(out, workload);
      if (workload.transport().isWebSocket()) {
        in.read(); // The client's close frame or its end; a client sends nothing else within a
        // round.
      } else {
        in.transferTo(OutputStream.nullOutputStream()); // Until the client closes the connection.
      }
    } catch (IOException e) {
      // The client closed the connection, as clients do.
    } finally {
      clients.remove(client);
    }
  }

  /** Reads the lines of the request's head; none if the client sent nothing. */
  private static List<String> readRequest(InputStream in) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, US_ASCII));
    List<String> lines = new ArrayList<>();
    String line = reader.readLine();
    while (line != null && !line.isEmpty()) {
      lines.add(line);
      line = reader.readLine();
    }
    return lines;
  }

  private static HttpUrl urlOf(List<String> request) {
    String[] parts = request.get(0).split(" ", -1);
    return HttpUrl.get("http://127.0.0.1" + parts[1]);
  }

  private static String headFor(ComparedTransport transport, List<String> request) {
    return switch (transport) {
      case SSE -> bodyHead("text/event-stream");
      case NDJSON -> bodyHead("application/x-ndjson");
      case WS, WS_JSON ->
          head(
              "HTTP/1.1 101 Switching Protocols",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Accept: " + acceptOf(header(request, "Sec-WebSocket-Key")));
    };
  }

  private static String bodyHead(String contentType) {
    return head(
        "HTTP/1.1 200 OK",
        "Content-Type: " + contentType,
        "Cache-Control: no-cache",
        "Transfer-Encoding: chunked");
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String acceptOf(String key) {
    return ByteString.encodeUtf8(key + ACCEPT_SUFFIX).sha1().base64();
  }

  private static String header(List<String> request, String name) {
    String prefix = name + ":";
    for (String line : request) {
      if (line.regionMatches(/* ignoreCase= */ true, 0, prefix, 0, prefix.length())) {
        return line.substring(prefix.length()).trim();
      }
    }
    throw new IllegalArgumentException("Expected the header " + name + " in " + request);
  }

  private static void startDaemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
