package dev.perennial.subjects;

import dev.perennial.testkit.conformance.Capability;
import dev.perennial.testkit.conformance.ClientReport;
import dev.perennial.testkit.conformance.ClientUnderTest.Following;
import dev.perennial.testkit.conformance.ConformanceServer;
import dev.perennial.testkit.conformance.Instructions;
import dev.perennial.testkit.conformance.Protocol;
import dev.perennial.testkit.conformance.RemoteClient;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets a process follow streams. It is started when the first stream is. */
final class ProcessRelay implements AutoCloseable {

  // Final.
  private final String name;
  private final Set<Protocol> protocols;
  private final Set<Capability> capabilities;
  private final Launcher launcher;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable Running running; // Null until the first stream, and after close.

  ProcessRelay(
      String name, Set<Protocol> protocols, Set<Capability> capabilities, Launcher launcher) {
    this.name = name;
    this.protocols = protocols;
    this.capabilities = capabilities;
    this.launcher = launcher;
  }

  /** Starts the process of a client. */
  @FunctionalInterface
  interface Launcher {
    /**
     * Starts it.
     *
     * @param session the URL that it is to be told
     */
    SubjectProcess start(URI session) throws IOException;
  }

  private record Running(ConformanceServer server, RemoteClient client, SubjectProcess process) {
    void close() {
      client.close();
      process.close();
      server.close();
    }
  }

  Following follow(Instructions instructions, ClientReport report)
      throws IOException, InterruptedException {
    Running one = running();
    try {
      return one.client.follow(instructions, report);
    } catch (IOException e) {
      throw one.process.isAlive() ? e : new IOException(one.process.end(name), e);
    }
  }

  private Running running() throws IOException {
    lock.lock();
    try {
      Running one = running;
      if (one == null) {
        one = start();
        running = one;
      }
      return one;
    } finally {
      lock.unlock();
    }
  }

  private Running start() throws IOException {
    ConformanceServer server = ConformanceServer.start();
    try {
      RemoteClient client = server.client(name, protocols, capabilities);
      SubjectProcess process = launcher.start(client.url());
      // Or every stream would wait for it in vain.
      var unused = process.onExit().thenRun(client::close);
      return new Running(server, client, process);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public void close() {
    Running closing;
    lock.lock();
    try {
      closing = running;
      running = null;
    } finally {
      lock.unlock();
    }
    if (closing != null) {
      closing.close();
    }
  }
}
