package dev.perennial.tests.messages;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A server on loopback that writes what it likes, over TLS or not. */
final class BrokenServer implements AutoCloseable {

  /** What happens on one connection; it is closed when this returns. */
  interface Script {
    void run(Connection connection) throws IOException;
  }

  private final ServerSocket server;

  private BrokenServer(ServerSocketFactory factory, Script script) throws IOException {
    this.server = factory.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    daemon(() -> accept(script));
  }

  /** Runs the script on each connection, at once. */
  static BrokenServer start(Script script) throws IOException {
    return new BrokenServer(ServerSocketFactory.getDefault(), script);
  }

  /** Answers each request with this text: a line end is CR LF. */
  static BrokenServer answering(String answer) throws IOException {
    return start(
        connection -> {
          connection.readHead();
          connection.write(answer);
          connection.awaitEnd();
        });
  }

  /** Speaks TLS with this certificate. */
  static BrokenServer withTls(HeldCertificate certificate) throws IOException {
    HandshakeCertificates certificates =
        new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    return new BrokenServer(
        certificates.sslContext().getServerSocketFactory(), Connection::awaitEnd);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        daemon(() -> serve(socket, script));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(Socket socket, Script script) {
    try (socket) {
      socket.setSoTimeout(30_000);
      script.run(new Connection(socket));
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "broken-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** One connection. */
  static final class Connection {
    private final Socket socket;

    private Connection(Socket socket) {
      this.socket = socket;
    }

    /** Reads up to the blank line after the request's head. */
    String readHead() throws IOException {
      StringBuilder head = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("The client closed");
        }
        head.append((char) next);
      }
      return head.toString();
    }

    void write(String text) throws IOException {
      write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** Closes in good order as soon as the client has sent something. */
    void closeAfterFirstByte() throws IOException {
      InputStream in = socket.getInputStream();
      in.read(new byte[64 * 1024]);
    }

    /** Closes with a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the client closes. */
    void awaitEnd() throws IOException {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // What it still sends does not matter.
      }
    }
  }
}
