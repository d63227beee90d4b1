package dev.perennial.tests.http;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A server over TLS that writes what the test wants, and ends as it wants. */
final class TlsServer implements Closeable {

  /** Answers one request. The connection is closed afterwards, in order unless it was cut. */
  @FunctionalInterface
  interface Handler {
    void handle(OutputStream out, Closeable cut) throws IOException;
  }

  private final HandshakeCertificates certificates;
  private final ServerSocket server;

  private TlsServer(Handler handler) throws IOException {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    this.certificates =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(certificate.certificate())
            .build();
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(() -> accept(handler));
  }

  static TlsServer start(Handler handler) throws IOException {
    return new TlsServer(handler);
  }

  String url() {
    return "https://127.0.0.1:" + server.getLocalPort() + "/";
  }

  /** Returns a client that trusts this server. */
  OkHttpClient client() {
    return new OkHttpClient.Builder()
        .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
        .build();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept(Handler handler) {
    try {
      while (true) {
        Socket socket = server.accept();
        daemon(() -> serve(socket, handler));
      }
    } catch (IOException e) {
      // The server is closed.
    }
  }

  private void serve(Socket socket, Handler handler) {
    try (socket;
        SSLSocket secure =
            (SSLSocket)
                certificates.sslContext().getSocketFactory().createSocket(socket, null, true)) {
      secure.setUseClientMode(false);
      BufferedReader request =
          new BufferedReader(
              new InputStreamReader(secure.getInputStream(), StandardCharsets.ISO_8859_1));
      String line = request.readLine();
      while (line != null && !line.isEmpty()) {
        line = request.readLine();
      }
      // Closing the socket below TLS leaves out the close_notify (RFC 8446, 6.1).
      handler.handle(secure.getOutputStream(), socket);
    } catch (IOException e) {
      // The client has gone, or the connection was cut.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tls-server");
    thread.setDaemon(true);
    thread.start();
  }
}
