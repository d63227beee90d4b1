package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose certificates {@code tail} accepts: those of a server with one that it made itself. */
class TailTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;
  private SSLServerSocket server;

  @BeforeEach
  void startServer() throws Exception {
    Path keys = folder.resolve("keys.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        keys.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "server",
        "-keystore",
        keys.toString(),
        "-file",
        folder.resolve("server.pem").toString());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getByName("localhost"));
    Thread thread = new Thread(this::serve, "tls-server");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
  }

  @Test
  void unknownCertificateIsRefused() {
    CommandRun run = tail("-q", "-n1");

    assertEquals(3, run.exitCode(), run::toString);
  }

  @Test
  void certificateInTheFileIsTrusted() {
    CommandRun run = tail("--cacert=" + folder.resolve("server.pem"), "-n1");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals("message\nx\n\n", run.out());
  }

  @Test
  void anyCertificateIsAcceptedByOption() {
    CommandRun run = tail("--insecure", "-n1");

    assertEquals(0, run.exitCode(), run::toString);
  }

  @Test
  void fileWithoutCertificatesIsAUsageError() throws IOException {
    Path file = Files.writeString(folder.resolve("x.pem"), "no certificate");

    assertEquals(2, tail("--cacert=" + file).exitCode());
    CommandRun missing = tail("--cacert=" + folder.resolve("none"));
    assertTrue(missing.err().startsWith("perennial tail: --cacert cannot be read: "));
    assertEquals(2, missing.exitCode());
  }

  private CommandRun tail(String... options) {
    List<String> args = new ArrayList<>(List.of("tail"));
    args.addAll(List.of(options));
    args.add("https://localhost:" + server.getLocalPort() + "/");
    return CommandRun.of(args.toArray(new String[0]));
  }

  private static void keytool(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(Arrays.asList(args));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
  }

  /** Answers each connection with one event. */
  private void serve() {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          int next = in.read();
          if (next < 0) {
            break;
          }
          head.append((char) next);
        }
        String body = "data: x\n\n";
        socket
            .getOutputStream()
            .write(
                ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The client refused the certificate, or the test is over.
      }
    }
  }
}
