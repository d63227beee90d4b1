package dev.perennial.tests.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** An nginx of the test's own, as a reverse proxy on loopback in front of a server. */
final class Nginx implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"), Path.of("/usr/local/bin/nginx"));

  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it, or skips the test where it is not installed.
   *
   * @param folder its own
   * @param location directives beside {@code proxy_pass} and the headers of an upgrade
   */
  static Nginx inFrontOf(int server, Path folder, String location)
      throws IOException, InterruptedException {
    Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
    Assumptions.assumeTrue(program != null, "nginx is not installed: apt-get install nginx-light");
    int port = freePort();
    Path conf = folder.resolve("nginx.conf");
    Files.writeString(conf, configuration(port, server, folder, location));
    Path log = folder.resolve("error.log");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-p",
                folder.toString(),
                "-c",
                conf.toString(),
                "-e",
                log.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.log").toFile())
            .start();
    Nginx nginx = new Nginx(process, port);
    nginx.awaitListening(log);
    return nginx;
  }

  private static String configuration(int port, int server, Path folder, String location) {
    return String.join(
        "\n",
        "daemon off;",
        "master_process off;",
        "pid " + folder.resolve("pid") + ";",
        "events { worker_connections 64; }",
        "http {",
        "  access_log off;",
        "  client_body_temp_path " + folder.resolve("body") + ";",
        "  proxy_temp_path " + folder.resolve("proxy") + ";",
        "  fastcgi_temp_path " + folder.resolve("fastcgi") + ";",
        "  uwsgi_temp_path " + folder.resolve("uwsgi") + ";",
        "  scgi_temp_path " + folder.resolve("scgi") + ";",
        "  map $http_upgrade $connection_header { default upgrade; '' ''; }",
        "  server {",
        "    listen 127.0.0.1:" + port + ";",
        "    location / {",
        "      proxy_pass http://127.0.0.1:" + server + ";",
        "      proxy_http_version 1.1;",
        "      proxy_set_header Upgrade $http_upgrade;",
        "      proxy_set_header Connection $connection_header;",
        "      " + location,
        "    }",
        "  }",
        "}",
        "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening(Path log) throws IOException, InterruptedException {
    long beganNanos = System.nanoTime();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        return;
      } catch (IOException e) {
        boolean isLate = System.nanoTime() - beganNanos > TimeUnit.SECONDS.toNanos(20);
        if (isLate || !process.isAlive()) {
          close();
          throw new IOException("nginx did not start: " + Files.readString(log), e);
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
