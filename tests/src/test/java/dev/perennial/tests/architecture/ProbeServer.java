package dev.perennial.tests.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Accepts requests on loopback and leaves the answers to the program. It uses no class of this
 * project and none of OkHttp, so a measurement that counts classes or methods does not count it.
 */
final class ProbeServer implements AutoCloseable {
  private static final String EVENT_STREAM =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
  private static final String UNAVAILABLE =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private final ServerSocket listening;
  private final BlockingQueue<Exchange> arrived = new LinkedBlockingQueue<>();

  private ProbeServer(ServerSocket listening) {
    this.listening = listening;
  }

  static ProbeServer start() throws IOException {
    ProbeServer server = new ProbeServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread thread = new Thread(server::accept, "probe-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  String url() {
    return "http://" + listening.getInetAddress().getHostAddress() + ":" + port() + "/ticks";
  }

  private int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        readHead(socket);
        arrived.add(new Exchange(socket));
      }
    } catch (IOException e) {
      if (!listening.isClosed()) {
        throw new IllegalStateException("The probe's server failed", e);
      }
    }
  }

  private static void readHead(Socket socket) throws IOException {
    BufferedReader head = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    String line = head.readLine();
    while (line != null && !line.isEmpty()) {
      line = head.readLine();
    }
  }

  /** Waits for the next request. */
  Exchange next() throws IOException, InterruptedException {
    Exchange exchange = arrived.poll(20, TimeUnit.SECONDS);
    if (exchange == null) {
      throw new InterruptedIOException("Expected a request within 20 s but got none");
    }
    return exchange;
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  /** A request whose head was read and that waits for its answer. */
  record Exchange(Socket socket) implements AutoCloseable {

    void startEvents() throws IOException {
      send(EVENT_STREAM);
    }

    void sendEvent(int number) throws IOException {
      send("id: " + number + "\ndata: tick " + number + "\n\n");
    }

    void refuse() throws IOException {
      send(UNAVAILABLE);
    }

    private void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(UTF_8));
      socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
