package dev.perennial.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads server-sent events from a socket the wrong way: takes each read as one event, whatever is
 * in it, and connects again at once after each end.
 */
public final class CrudeSseClient implements ClientUnderTest {
  private static final long BETWEEN_NANOS = Duration.ofMillis(2).toNanos();

  private final String name;

  CrudeSseClient(String name) {
    this.name = name;
  }

  /** Runs these rules on it, at a high speed. */
  public static Report report(String name, String... rules) throws InterruptedException {
    return Conformance.of(new CrudeSseClient(name))
        .rules(rule -> List.of(rules).contains(rule.id()))
        .seed(7)
        .speed(50)
        .run();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Protocol> protocols() {
    return Set.of(Protocol.SSE);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.RECONNECTS);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    Reader reader = new Reader(instructions.url(), report);
    Thread thread = new Thread(reader, "crude-client");
    thread.setDaemon(true);
    thread.start();
    return () -> {
      reader.isClosed = true;
      reader.socket.close();
    };
  }

  private static final class Reader implements Runnable {
    private final URI url;
    private final ClientReport report;
    private volatile Socket socket = new Socket();
    private volatile boolean isClosed;

    Reader(URI url, ClientReport report) {
      this.url = url;
      this.report = report;
    }

    @Override
    public void run() {
      while (!isClosed) {
        try (Socket connected = new Socket(url.getHost(), url.getPort())) {
          socket = connected;
          read(connected);
        } catch (IOException e) {
          // Connect again after any failure.
        }
        LockSupport.parkNanos(BETWEEN_NANOS);
      }
    }

    private void read(Socket connected) throws IOException {
      String head = "GET " + url.getPath() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
      connected.getOutputStream().write(head.getBytes(UTF_8));
      InputStream in = connected.getInputStream();
      byte[] bytes = new byte[8 * 1024];
      for (int read = in.read(bytes); read >= 0 && !isClosed; read = in.read(bytes)) {
        report.event(null, null, new String(bytes, 0, read, UTF_8));
      }
    }
  }
}
