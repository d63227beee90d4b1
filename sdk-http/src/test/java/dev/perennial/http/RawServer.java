package dev.perennial.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server whose every byte the test writes, for what a well-behaved one cannot do. */
final class RawServer implements Closeable {

  /** What happens on one connection; it is closed when this returns. */
  interface Script {
    void run(Peer peer) throws Exception;
  }

  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  private RawServer(ServerSocket server) {
    this.server = server;
  }

  /** Each connection runs the script on a thread of its own. */
  static RawServer start(Script script) throws IOException {
    RawServer raw = new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    daemon(() -> raw.accept(script));
    return raw;
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/lines";
  }

  int connections() {
    return sockets.size();
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        daemon(
            () -> {
              try (socket) {
                script.run(new Peer(socket));
              } catch (IOException e) {
                // The client went.
              } catch (Throwable e) {
                failures.add(e);
              }
            });
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    Throwable failure = failures.poll();
    if (failure != null) {
      throw new AssertionError("A script failed", failure);
    }
  }

  /** The server's end of one connection. */
  static final class Peer {
    private final Socket socket;

    Peer(Socket socket) {
      this.socket = socket;
    }

    /** Reads one request's head, without its body. */
    String readHead() throws IOException {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("The client closed after: " + head);
        }
        head.append((char) b);
      }
      return head.toString();
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(UTF_8));
      socket.getOutputStream().flush();
    }

    /** An answer that opens a stream, whose body ends with the connection. */
    void openStream() throws IOException {
      readHead();
      write("HTTP/1.1 200 OK\r\nContent-Type: " + Lines.TYPE + "\r\n\r\n");
    }

    /** Ends the connection with a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the client has closed. */
    void awaitClose() throws IOException {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
      byte[] ignored = new byte[1024];
      while (socket.getInputStream().read(ignored) >= 0) {
        // What the client still writes does not matter.
      }
    }
  }
}
