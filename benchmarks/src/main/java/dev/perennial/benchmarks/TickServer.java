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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Serves the workload that the URL asks for, as fast as the client reads, and then leaves the
 * connection open and silent: the end of a body would make clients reconnect while they are
 * measured.
 */
final class TickServer implements Closeable {
  static final String PORT_LINE = "port ";

  private static final byte[] HEAD =
      String.join(
              "\r\n",
              "HTTP/1.1 200 OK",
              "Content-Type: text/event-stream",
              "Cache-Control: no-cache",
              "Transfer-Encoding: chunked",
              "\r\n")
          .getBytes(US_ASCII);

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

  /** Says its port on the standard output, and ends with the standard input. */
  public static void main(String[] args) throws IOException {
    try (TickServer server = start()) {
      System.out.println(PORT_LINE + server.port());
      System.out.flush();
      while (System.in.read() >= 0) {
        // The parent writes nothing; its death closes the pipe.
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
      HttpUrl url = readRequest(in);
      if (url == null) {
        return;
      }
      Workload workload = Workload.of(url);
      out.write(HEAD);
      new TickBody(workload).writeTo(out, workload);
      in.transferTo(OutputStream.nullOutputStream()); // Until the client hangs up.
    } catch (IOException e) {
      // The client went away, as clients do.
    } finally {
      clients.remove(client);
    }
  }

  /** Null when the connection was closed unused. */
  private static @Nullable HttpUrl readRequest(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, US_ASCII));
    String first = lines.readLine();
    if (first == null) {
      return null;
    }
    String line = first;
    while (line != null && !line.isEmpty()) {
      line = lines.readLine();
    }
    String[] parts = first.split(" ", -1);
    return HttpUrl.get("http://127.0.0.1" + parts[1]);
  }

  private static void startDaemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
